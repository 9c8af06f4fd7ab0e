"""What stands where the pages would be, in a checkout that has not built them."""

from __future__ import annotations

from typing import Final

from printvision.api.web.build import File, Form, Pages
from printvision.api.web.policy import policy_of

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PrintVision: pages not built</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 36rem; margin: 4rem auto; padding: 0 1rem; }
</style>
</head>
<body>
<h1>The pages were not built</h1>
<p>The server runs and the API answers, but this installation has no pages to show: they are built with Node 20.19 or
newer. In the checkout, run</p>
<pre><code>make web</code></pre>
<p>and start the server again. Until then there is <a href="/api/docs">the API's reference</a>.</p>
</body>
</html>
"""

UNBUILT: Final = Pages(
    shell=File("text/html", {"": Form.of(_PAGE.encode())}), policy=policy_of(_PAGE), files={}
)
