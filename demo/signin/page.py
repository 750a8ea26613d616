"""The sign-in page: plain HTML, no script, no outside file; it lists who can sign in and what each is for."""

import base64
import hashlib
from typing import Final
from urllib.parse import urlsplit

from jinja2 import DictLoader, Environment, select_autoescape

from demo.place import ORGANISATIONS, STAFF
from demo.serving import Reply
from demo.signin.oauth import Authorization

PURPOSES: Final = (
    ("direct_care", "Direct care"),
    ("transfer_of_care", "Transfer of care"),
    ("own_record", "My own record"),
    ("governance", "Governance"),
    ("planning", "Planning"),
    ("research", "Research"),
)
_STYLE: Final = """
body{font:1.125rem/1.5 Arial,sans-serif;margin:0 auto;max-width:60rem;padding:1rem;color:#212b32;background:#fff}
label{display:block;font-weight:bold;margin-top:1rem}
input,select,button{font:inherit;padding:.5rem;border:2px solid #4c6272;border-radius:0}
button{background:#006747;color:#fff;border-color:#002f20;min-height:44px;cursor:pointer}
:focus{outline:4px solid #ffeb3b;outline-offset:0;box-shadow:0 0 0 6px #212b32}
table{border-collapse:collapse;margin-top:1rem;width:100%}
th,td{border-bottom:1px solid #aeb7bd;padding:.5rem;text-align:left;vertical-align:top}
.problem{border-left:8px solid #d5281b;padding:.5rem 1rem}
.check{font-weight:normal;display:block}
"""
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ "Error: " if problem }}Sign in - demo place</title>
<style>STYLE</style>
</head>
<body>
<main>
<h1>Sign in to the demo place</h1>
{% if problem %}<p class="problem" role="alert">{{ problem }}</p>{% endif %}
{% if asked %}
<p>Everybody here is fictional. The password is the user name.</p>
<form method="post" action="/authorize">
{% for name, value in asked.items() %}<input type="hidden" name="{{ name }}" value="{{ value }}">
{% endfor %}
<label for="user">User name</label>
<input id="user" name="user" autocomplete="username" autocapitalize="none" spellcheck="false">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password">
<label for="purpose">Purpose</label>
<select id="purpose" name="purpose">
{% for code, words in purposes %}<option value="{{ code }}">{{ words }}</option>
{% endfor %}</select>
<p><label class="check"><input type="checkbox" name="second" value="yes" checked>
Second step done (without it the sign-in is too weak to see care records)</label></p>
<p><button type="submit">Sign in</button></p>
<h2>Who can sign in</h2>
<table>
<thead><tr><th scope="col">User name</th><th scope="col">Who</th><th scope="col">What for</th>
<th scope="col">Sign in</th></tr></thead>
<tbody>
{% for who in staff %}<tr><td>{{ who.user }}</td>
<td>{{ who.display_name }}{% if who.org %}, {{ places[who.org].name }}{% endif %}</td>
<td>{{ who.job }}</td>
<td><button type="submit" name="as" value="{{ who.user }}">Sign in as {{ who.user }}</button></td></tr>
{% endfor %}</tbody>
</table>
</form>
{% endif %}
</main>
</body>
</html>
"""
_ENVIRONMENT: Final = Environment(
    loader=DictLoader({"page.html": _PAGE.replace("STYLE", _STYLE)}), autoescape=select_autoescape()
)


def page(asked: Authorization | None, problem: str = "", status: int = 200) -> Reply:
    """The page for an authorization request; without one only the `problem` is said."""
    body = _ENVIRONMENT.get_template("page.html").render(
        asked=asked.fields() if asked else None,
        problem=problem,
        staff=STAFF.values(),
        places=ORGANISATIONS,
        purposes=PURPOSES,
    )
    # The browser follows the redirect that answers the form, so the client's own address must be allowed too.
    back = urlsplit(asked.redirect_uri) if asked else None
    origin = f" {back.scheme}://{back.netloc}" if back else ""
    policy = (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'{origin}; "
        "frame-ancestors 'none'; base-uri 'none'"
    )
    return Reply(
        status,
        body.encode(),
        "text/html; charset=utf-8",
        (
            ("content-security-policy", policy),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
        ),
    )
