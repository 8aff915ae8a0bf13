"""What kind of browser somebody uses, in words that they would use themselves."""

# The first whose mark is in the browser's own description counts: most browsers also name those they resemble.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_DEVICES = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("CrOS", "a Chromebook"),
    ("Windows", "a Windows computer"),
    ("Macintosh", "a Mac"),
)


def describe(user_agent: str) -> str:
    """Return such words as "Firefox on a Windows computer" for a browser's own description; never that text itself."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    device = next((name for mark, name in _DEVICES if mark in user_agent), "")
    if not device and "Android" in user_agent:
        device = "an Android telephone" if "Mobile" in user_agent else "an Android tablet"
    if not device and "Linux" in user_agent:
        device = "a Linux computer"
    return f"{browser} on {device}" if device else f"{browser} on a device we do not know"
