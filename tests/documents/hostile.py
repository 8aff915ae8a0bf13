"""Text that people paste, by accident or to do harm, and that a pack must carry whole."""

URLS = tuple(
    f"{scheme}{host}{path}"
    for scheme in ("http://", "HTTPS://", "//", "ftp://", "file://", "http:\\\\")
    for host in ("127.0.0.1:{port}", "evil.example", "localhost:{port}", "user:pw@127.0.0.1:{port}", "[::1]:{port}")
    for path in ("/etc/passwd", "/a.png?q=1#x")
)

WRAPPED_URLS = (
    *URLS,
    '<img src="{url}">', '<link rel="attachment" href="{url}">', '<link rel=stylesheet href="{url}">',
    "<style>@import url({url});</style>", '<iframe src="{url}"></iframe>', '<object data="{url}"></object>',
    "url({url})", '"><svg><image href="{url}"/></svg>', "{{% include '{url}' %}}", '<base href="{url}">',
    "&lt;img src={url}&gt;", '<meta name="author" content="{url}">', "javascript:alert(1)", "data:text/html,<b>x</b>",
)  # fmt: skip

TEXTS = {
    "10,000 letters without a space": "x" * 10_000,
    "emoji and accents without a space": "é😀" * 5_000,
    "Arabic without a space": "م" * 10_000,
    "Chinese": "日本語" * 3_000,
    "four scripts without a space": "a😀日م" * 2_500,
    "slashes": "/a" * 5_000,
    "dashes": "-" * 10_000,
    "400 lines": "line\n" * 400,
    "families and flags": "👨‍👩‍👧🏽 🇬🇧 " * 50,
    "zero width": "a\u200bb\u200dc\ufeff\u2060d " * 500,
    "names": "Ọlábísí Ẹ̀gbẹ́, Nguyễn Thị Ánh, Łukasz Żółć, Siân Llŷr Ŵyn, O'Brien-Smith, van der Berg, Null",
    "Hebrew": "שלום עולם",
    "Hindi, Punjabi, Bengali, Thai": "क्षत्रिय ਗੁਰਮੁਖੀ বাংলা ภาษาไทย",
    "fancy letters": "𝓯𝓪𝓷𝓬𝔂 𝕭𝖔𝖑𝖉 ᴀʙᴄ",
    "script": "<script>alert(1)</script><img src=x onerror=y>" * 50,
    "style": "</style><style>* { display: none } @page { size: 1mm }</style>",
    "template": "{{ reference }}{% include 'x' %}&amp;&#60;&lt;",
    "no character": "private \ue000 \U000f0000 unassigned \u0378",
}
