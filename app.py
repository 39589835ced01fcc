"""The dashboard. Start: `streamlit run app.py`. What a browser runs is pages/entry/router.py."""

import sys

import streamlit as st
from starlette.middleware import Middleware

from pages.common import who
from pages.common.gate import Gate
from pages.common.serving import routes
from pages.common.start import begin
from segcore.errors import SegcoreError

try:
    who.check_start()
    begin()
except SegcoreError as error:
    sys.exit(f"segcore: {error}")

app = st.App("pages/entry/router.py", routes=routes(), middleware=[Middleware(Gate)], on_script_error=who.tell)
