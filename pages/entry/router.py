"""The script that every browser runs: page settings and navigation, then the page that was asked for.

It stands in a folder of its own. Beside a folder `pages`, Streamlit would take the very first visit after a
start for an old-style app and tell whoever opened a link to a page that the page does not exist; and this
script's folder comes first in the import path, so nothing else may lie here.
"""

import streamlit as st

from pages.common import signing
from pages.common.brand import LOGO, MARK
from pages.common.routes import navigation

st.set_page_config(page_title="segcore", page_icon=":material/gesture_select:", layout="wide")
st.logo(LOGO, icon_image=MARK)
if not signing.admitted():
    st.stop()
page = st.navigation(navigation(), expanded=True)
signing.account()
page.run()
