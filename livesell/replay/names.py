"""Made-up people: names, phones and addresses for simulated viewers. Nobody real. Pure."""

from livesell.domain.order import Contact

_NAMES = (
    "扎西", "卓玛", "次仁", "央金", "德吉", "旺堆", "拉姆", "平措", "尼玛", "达瓦",
    "王芳", "李强", "张敏", "陈静", "刘洋", "赵磊", "周婷", "吴昊", "徐丽", "孙悦",
    "朱琳", "胡杰", "郭雪", "林峰", "何佳", "高远", "罗兰", "郑朗", "梁宇",
    "Tenzin", "Pema", "Anna", "Leo", "Mei", "Hugo",
)  # fmt: skip
_STREETS = ("文三路", "浙江路", "拉萨北路", "滨江大道", "比如东路", "湖滨路")


def name_of(viewer: int) -> str:
    """Every seventh viewer stays without a name, as on a real page."""
    return "" if viewer % 7 == 6 else _NAMES[viewer * 7919 % len(_NAMES)]


def contact_of(viewer: int) -> Contact:
    """Phone numbers begin with 199 0000, which no operator gives out."""
    return Contact(
        name=_NAMES[viewer * 7919 % len(_NAMES)],
        phone=f"1990000{viewer % 10_000:04d}",
        address=f"杭州市{_STREETS[viewer % len(_STREETS)]}{viewer % 300 + 1}号",
    )
