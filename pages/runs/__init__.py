"""Runs: which is best, and why?"""
