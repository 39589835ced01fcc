"""Training: how is it going, and will it be good?"""
