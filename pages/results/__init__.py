"""Results: what is in the video?"""
