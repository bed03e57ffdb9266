"""The words of the products' spreadsheet, in 中文 and English."""

from livesell.domain.product import Product

# The sheet of goods and the sheet that explains it (`importing_xlsx.NOTES_SHEETS`).
SHEETS = {"zh": ("商品", "填写说明"), "en": ("Products", "Notes")}

# Each is one of `importing_columns.HEADINGS`.
HEADINGS: dict[str, dict[str, str]] = {
    "zh": {
        "id": "商品ID", "title": "标题", "price": "价格", "was": "原价", "stock": "库存",
        "limit": "限购", "floor": "底价", "sku": "货号", "badges": "标签", "currency": "币种",
        "donation": "每件公益金", "image": "图片", "story": "介绍",
    },
    "en": {
        "id": "ID", "title": "Title", "price": "Price", "was": "Was", "stock": "Stock",
        "limit": "Limit", "floor": "Floor", "sku": "SKU", "badges": "Badges",
        "currency": "Currency", "donation": "Donation", "image": "Image", "story": "Story",
    },
}  # fmt: skip

WIDTHS = {"id": 20, "title": 32, "sku": 18, "badges": 22, "image": 30, "story": 60}

EXAMPLES: dict[str, tuple[Product, ...]] = {
    "zh": (
        Product(
            id="tea-310", title="清风度西藏凉茶 310 毫升", price=500, was=600, stock=1000, limit=24,
            floor=450, sku="QFD-310", badges=("援藏公益", "高原草本"), donation=20,
            story="来自那曲的高原草本凉茶，每售出一罐提取 0.2 元作为公益金。",
        ),
        Product(
            id="yak-1kg", title="娘亚牦牛肉 1 千克", price=16800, was=19800, stock=200, limit=5,
            floor=15800, sku="NY-1000", badges=("地理标志",),
            story="嘉黎县娘亚牦牛，散养于海拔 4500 米的草原。",
        ),
    ),
    "en": (
        Product(
            id="tea-310", title="Qingfeng herbal tea 310 ml", price=500, was=600, stock=1000,
            limit=24, floor=450, sku="QFD-310", badges=("For charity", "Highland herbs"),
            donation=20, story="Herbal tea from Nagqu. Each can gives 0.20 to the fund.",
        ),
        Product(
            id="yak-1kg", title="Nyangya yak meat 1 kg", price=16800, was=19800, stock=200,
            limit=5, floor=15800, sku="NY-1000", badges=("Origin label",),
            story="Yak from Jiali county, raised on pastures at 4,500 m.",
        ),
    ),
}  # fmt: skip

NOTES: dict[str, tuple[str, ...]] = {
    "zh": (
        "第一张表的第一行是列名，不要改；列的顺序可以变，用不到的列可以删。两行示例请改成自己的商品。",
        "新商品至少要有标题和价格。已有的商品按商品ID识别，没有商品ID时按货号，再没有时按标题识别。",
        "空格子表示“不改”；要清空某一项，填一个减号 -。",
        "不要用公式：请复制后“粘贴为值”。导入前会逐行预览，看过以后才会写入。",
    ),
    "en": (
        "The first row of the first sheet names the columns; leave it.",
        "Columns may be in any order, and those that you do not need may go.",
        "Write your own goods over the two examples.",
        "A new product needs a title and a price.",
        "A product that is there already is found by its ID, else by its SKU, else by its title.",
        "A blank cell changes nothing. To empty a field, write a single hyphen: -",
        "Use no formulas: copy them and paste them as values.",
        "You see every row before anything is written.",
    ),
}

HINTS: dict[str, dict[str, str]] = {
    "zh": {
        "id": "小写字母、数字和连字符，最多 48 个字符。留空会自动生成。",
        "title": "观众看到的名称，最多 80 个字。新商品必填。",
        "price": "例如 12.50，最多两位小数；日元等没有小数的货币写整数。新商品必填。",
        "was": "划掉的价格，要高于价格。",
        "stock": "一场直播通常准备的件数。",
        "limit": "每人一场最多买几件；不限购就留空。",
        "floor": "低于这个价格改价时，中控台会再问一次。",
        "sku": "自己的货号，最多 64 个字符。",
        "badges": "最多 4 个，每个不超过 16 个字，用顿号或逗号隔开。",
        "currency": "三个字母的代码，例如 CNY。留空用导入时选的币种。",
        "donation": "每售出一件计入公益金的金额。",
        "image": "以 https:// 或 / 开头的图片地址。在商品页上传的照片也可以。",
        "story": "主播介绍用的文字，最多 1000 个字。",
    },
    "en": {
        "id": "Lower-case letters, digits and hyphens, 48 at most. Left blank, one is made.",
        "title": "What viewers see, 80 characters at most. A new product needs one.",
        "price": "Such as 12.50; whole numbers for currencies without decimals, such as JPY. A new "
        "product needs one.",
        "was": "The price that is struck through, higher than the price.",
        "stock": "How many pieces a session usually gets.",
        "limit": "How many one viewer may order in a session. Blank for no limit.",
        "floor": "Below it, a change of the price has to be confirmed.",
        "sku": "Your own number, 64 characters at most.",
        "badges": "At most 4 of 16 characters each, with commas between them.",
        "currency": "A code of three letters, such as CNY. Left blank, the one chosen at the "
        "import.",
        "donation": "What goes to the fund for each unit sold.",
        "image": "An address that begins with https:// or /, such as that of a photo sent here.",
        "story": "What the host tells about it, 1000 characters at most.",
    },
}
