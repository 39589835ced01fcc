"""Datasets: what have I, and is it sound?"""
