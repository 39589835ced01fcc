"""The dashboard. Start: `streamlit run app.py`. What a browser runs is pages/entry/router.py."""

import streamlit as st

from pages.common.serving import routes

app = st.App("pages/entry/router.py", routes=routes())
