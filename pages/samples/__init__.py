"""Samples: what will the network see?"""
