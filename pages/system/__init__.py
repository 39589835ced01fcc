"""System: is the machine well?"""
