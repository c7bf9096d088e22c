"""Judgement: experiments as data, runs that resume, fair comparisons, training and reports.

The modules here import their heavy dependencies only when they are imported themselves, and this ``__init__``
imports nothing: ``planzoo --help`` has to answer at once.
"""
