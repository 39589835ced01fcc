"""The dashboard. Start: `streamlit run app.py`. What a browser runs is pages/entry/router.py."""

import sys

import streamlit as st
from starlette.middleware import Middleware

from pages.common import who
from pages.common.gate import Gate
from pages.common.serving import routes
from segcore.errors import ConfigError

try:
    who.check_start()
except ConfigError as error:
    sys.exit(f"segcore: {error}")

app = st.App("pages/entry/router.py", routes=routes(), middleware=[Middleware(Gate)], on_script_error=who.tell)
