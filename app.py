"""The dashboard. Start: `streamlit run app.py`. What a browser runs is pages/entry/router.py."""

import streamlit as st

app = st.App("pages/entry/router.py")
