"""The API on one page: every route, who may use it, what it takes and what it answers.

Registration, role checks, decoding and `/api/v1/openapi.json` are all made from this table.
"""

from livesell.web.api import (
    audience_routes,
    cards,
    catalogue_routes,
    commands,
    details,
    exports,
    import_routes,
    onair_routes,
    orders,
    payments,
    people_routes,
    prepare_routes,
    rehearsal_routes,
    sessions,
    stats,
    till,
    viewers,
    waitlist,
)
from livesell.web.api.order_shapes import (
    CancelBody,
    ContactBody,
    DetailsAnswer,
    EmptyBody,
    ErasedAnswer,
    OfflineOrderBody,
    OrderAnswer,
    OrderBody,
    OrderHeaders,
    OrdersAnswer,
    OrdersQuery,
    PaymentAnswer,
    PaymentBody,
    PlacedAnswer,
    RefundAnswer,
    RefundBody,
    RefundHeaders,
    RefundsAnswer,
)
from livesell.web.api.prepare_shapes import NextAnswer, SessionsAnswer, SessionsQuery
from livesell.web.api.route import Route
from livesell.web.api.shapes import (
    CardAnswer,
    CardBody,
    CardsAnswer,
    CommandAnswer,
    CommandBody,
    CreatedAnswer,
    DocumentAnswer,
    DocumentQuery,
    EmptyAnswer,
    PassAnswer,
    SandboxAnswer,
    SandboxBody,
    SessionBody,
    ViewerAnswer,
    ViewerBody,
)
from livesell.web.api.stats_shapes import RecountAnswer, RecountQuery, StatsAnswer
from livesell.web.api.waitlist_shapes import QueueEntryAnswer, WaitlistAnswer, WaitlistBody
from livesell.web.caller import Who
from livesell.web.webhooks import MAX_BYTES

ROUTES: tuple[Route, ...] = (
    Route(
        "POST", "/viewers", viewers.welcome_viewer, "Get a viewer's token", Who.ANYONE,
        body=ViewerBody, answers={201: ViewerAnswer},
    ),
    Route(
        "GET", "/sessions", sessions.list_sessions, "List sessions", Who.ANYONE,
        query=SessionsQuery, answers={200: SessionsAnswer},
    ),
    Route(
        "POST", "/sessions", sessions.create_session, "Create a session", Who.CREATES,
        body=SessionBody, answers={201: CreatedAnswer}, refusals=(409,),
    ),
    Route(
        "GET", "/sessions/{session}", sessions.get_session, "Read a session", Who.ANYONE,
        query=DocumentQuery, answers={200: DocumentAnswer}, refusals=(401, 403, 404),
    ),
    Route(
        "GET", "/sessions/{session}/next", sessions.get_next, "Find the next show", Who.ANYONE,
        answers={200: NextAnswer}, refusals=(404,),
    ),
    Route(
        "POST", "/sessions/{session}/commands", commands.run_command, "Command a session",
        Who.MODERATES,
        body=CommandBody, answers={200: CommandAnswer}, refusals=(404, 409),
    ),
    Route(
        "POST", "/sessions/{session}/pass", viewers.crew_pass, "Get a pass for the crew's socket",
        Who.CREW,
        answers={201: PassAnswer}, refusals=(404,),
    ),
    Route(
        "GET", "/sessions/{session}/cards", cards.list_cards, "List cards", Who.ANYONE,
        answers={200: CardsAnswer}, refusals=(404,),
    ),
    Route(
        "POST", "/sessions/{session}/cards", cards.add_card, "Add a card", Who.PREPARES,
        body=CardBody, answers={201: CardAnswer}, refusals=(404, 409),
    ),
    Route(
        "POST", "/sessions/{session}/cards/{card}/waitlist", waitlist.join_waitlist,
        "Queue for a card that is sold out", Who.VIEWER,
        body=WaitlistBody, answers={201: QueueEntryAnswer, 200: QueueEntryAnswer},
        refusals=(404, 422, 504),
    ),
    Route(
        "DELETE", "/sessions/{session}/cards/{card}/waitlist", waitlist.leave_waitlist,
        "Leave the queue or decline the offer", Who.VIEWER,
        answers={200: QueueEntryAnswer}, refusals=(404, 504),
    ),
    Route(
        "GET", "/sessions/{session}/cards/{card}/waitlist", waitlist.get_waitlist_entry,
        "Read one's place in the queue", Who.VIEWER,
        answers={200: QueueEntryAnswer}, refusals=(404,),
    ),
    Route(
        "GET", "/sessions/{session}/waitlist", waitlist.get_waitlist, "Read the waitlist",
        Who.VIEWER_OR_CREW,
        answers={200: WaitlistAnswer}, refusals=(404,),
    ),
    Route(
        "POST", "/sessions/{session}/orders", orders.place_order, "Place an order", Who.VIEWER,
        body=OrderBody, headers=OrderHeaders, answers={201: PlacedAnswer, 200: PlacedAnswer},
        refusals=(404, 409, 422, 504),
    ),
    Route(
        "GET", "/sessions/{session}/orders", orders.list_orders, "List orders",
        Who.VIEWER_OR_SETTLES,
        query=OrdersQuery, answers={200: OrdersAnswer}, refusals=(404,),
    ),
    Route(
        "GET", "/sessions/{session}/orders/{order}", orders.get_order, "Read an order",
        Who.VIEWER_OR_SETTLES,
        answers={200: OrderAnswer}, refusals=(404,),
    ),
    Route(
        "POST", "/payments/{provider}/webhook", payments.receive_payment_event,
        "Tell of a payment", Who.ANYONE,
        raw_bytes=MAX_BYTES, is_paced=False, answers={200: EmptyAnswer},
        refusals=(401, 404, 409, 422, 504),
    ),
    Route(
        "GET", "/sandbox/{ref}", payments.get_sandbox_payment, "Read a payment in the sandbox",
        Who.ANYONE,
        answers={200: SandboxAnswer}, refusals=(404,),
    ),
    Route(
        "POST", "/sandbox/{ref}", payments.answer_sandbox_payment,
        "Pay or decline in the sandbox", Who.ANYONE,
        body=SandboxBody, answers={200: SandboxAnswer}, refusals=(404, 409, 422, 504),
    ),
    Route(
        "POST", "/sessions/{session}/orders/{order}/payment", orders.open_payment,
        "Open the page to pay on", Who.VIEWER,
        body=PaymentBody, answers={200: PaymentAnswer}, refusals=(404, 409, 422, 504),
    ),
    Route(
        "POST", "/sessions/{session}/orders/{order}/cancel", orders.cancel_order,
        "Cancel an order", Who.VIEWER_OR_SETTLES,
        body=CancelBody, answers={200: OrderAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "POST", "/sessions/{session}/orders/{order}/fulfil", till.fulfil_order,
        "Mark an order as delivered", Who.SETTLES,
        body=EmptyBody, answers={200: OrderAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "POST", "/sessions/{session}/orders/{order}/refund", till.refund_order,
        "Refund an order, wholly or in part", Who.SETTLES,
        body=RefundBody, headers=RefundHeaders, answers={200: OrderAnswer},
        refusals=(404, 409, 422, 504),
    ),
    Route(
        "POST", "/sessions/{session}/offline-orders", till.enter_order,
        "Type in an order for a caller", Who.SETTLES,
        body=OfflineOrderBody, headers=OrderHeaders,
        answers={201: PlacedAnswer, 200: PlacedAnswer}, refusals=(404, 409, 422, 504),
    ),
    Route(
        "GET", "/sessions/{session}/refunds", till.list_refunds, "List refunds", Who.SETTLES,
        answers={200: RefundsAnswer}, refusals=(404,),
    ),
    Route(
        "POST", "/sessions/{session}/refunds/{refund}/done", till.finish_refund,
        "Say that a refund was given by hand", Who.SETTLES,
        body=EmptyBody, answers={200: RefundAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "POST", "/sessions/{session}/refunds/{refund}/retry", till.retry_refund,
        "Ask for a refund again", Who.SETTLES,
        body=EmptyBody, answers={200: RefundAnswer}, refusals=(404, 409, 504),
    ),
    Route(
        "GET", "/sessions/{session}/details", details.get_details, "Read one's own details",
        Who.VIEWER,
        answers={200: DetailsAnswer}, refusals=(404,),
    ),
    Route(
        "PUT", "/sessions/{session}/details", details.put_details, "Keep one's own details",
        Who.VIEWER,
        body=ContactBody, answers={200: DetailsAnswer}, refusals=(404, 504),
    ),
    Route(
        "DELETE", "/sessions/{session}/details", details.delete_details,
        "Erase one's own details", Who.VIEWER,
        answers={200: ErasedAnswer}, refusals=(404, 504),
    ),
    Route(
        "DELETE", "/sessions/{session}/viewers/{viewer}/details", details.erase_viewer,
        "Erase a person's details", Who.SETTLES,
        answers={200: ErasedAnswer}, refusals=(404, 504),
    ),
    Route(
        "GET", "/sessions/{session}/orders.csv", exports.export_orders, "Export orders as CSV",
        Who.SETTLES,
        answers={200: bytes}, refusals=(404,), media="text/csv",
    ),
    Route(
        "GET", "/sessions/{session}/orders.xlsx", exports.export_workbook,
        "Export orders as a workbook", Who.SETTLES,
        answers={200: bytes}, refusals=(404,), media=exports.XLSX,
    ),
    Route(
        "GET", "/sessions/{session}/stats", stats.get_stats, "Read figures and timeline", Who.CREW,
        answers={200: StatsAnswer}, refusals=(404,),
    ),
    Route(
        "GET", "/sessions/{session}/recount", stats.get_recount, "Count everything again",
        Who.CREW,
        query=RecountQuery, answers={200: RecountAnswer}, refusals=(404,),
    ),
    *onair_routes.ROUTES,
    *prepare_routes.ROUTES,
    *people_routes.ROUTES,
    *audience_routes.ROUTES,
    *catalogue_routes.ROUTES,
    *import_routes.ROUTES,
    *rehearsal_routes.ROUTES,
)  # fmt: skip
