"""Labels of single frames that people correct: opened, checked, kept with the result, taken into a dataset."""
