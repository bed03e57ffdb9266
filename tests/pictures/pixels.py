"""Reading pictures back: what is where, told by their pixels."""

from io import BytesIO

from PIL import Image

from livesell.pictures import LowerThird, PosterData, TopCard, load_theme, lower_third

Box = tuple[int, int, int, int]


def opened(png: bytes) -> Image.Image:
    image = Image.open(BytesIO(png))
    image.load()
    return image


def painted(image: Image.Image) -> Box | None:
    """The box of all pixels that are not fully transparent."""
    return image.getchannel("A").getbbox()


def card_box() -> Box:
    """Where the card of the theme "plateau" lies on the canvas."""
    card = load_theme().lower_third
    bottom = 1080 - card.bottom
    return card.left, bottom - card.height, card.left + card.width, bottom


def scene(**changes: object) -> LowerThird:
    values: dict[str, object] = {
        "slot": 3,
        "slot_text": "3 号链接",
        "title": "娘亚牦牛肉 冷鲜分割礼盒",
        "price_text": "¥328.00",
        "was_text": "¥398.00",
        "stock_text": "库存 1,200 件",
        "badges": ("国家地理标志",),
    }
    return LowerThird(**{**values, **changes})  # type: ignore[arg-type]


def still(**changes: object) -> Image.Image:
    return opened(lower_third(load_theme(), scene(**changes)))


def poster_data(**changes: object) -> PosterData:
    values: dict[str, object] = {
        "title": "那曲虫草专场",
        "host": "主播 苗伟伦",
        "date_text": "2020年6月27日 20:00–21:00",
        "kicker": "直播战报",
        "headline": ("销售额（下单）", "¥1,070,356.00"),
        "figures": (("观看人数", "12,408"), ("点赞", "87,214"), ("订单数", "3,214")),
        "cards_label": "热卖榜",
        "cards": (TopCard(slot=3, title="娘亚牦牛肉", units_text="1,820 件"),),
        "footer": "数据截至 2020年6月27日 21:05",
    }
    return PosterData(**{**values, **changes})  # type: ignore[arg-type]
