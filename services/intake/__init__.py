"""Reception: who was taken in, what was decided, which titles were issued.

Hears: nobody; districts and immigration offices ask it.
Says: who was admitted, which decisions and titles were received, the reception quota.
Keeps: persons by the district's file reference, and the quota by year.
"""
