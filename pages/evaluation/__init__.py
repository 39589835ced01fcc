"""Evaluation: how good is a run, and where does it fail?"""
