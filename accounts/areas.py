from django.db.models import TextChoices


class Area(TextChoices):
    """Where a child lives, a setting stands or an adult works. Codes are the contract of the design."""

    CUMBERLAND = "cumberland", "Cumberland"
    WESTMORLAND_AND_FURNESS = "westmorland_and_furness", "Westmorland and Furness"
    NORTH_EAST_LINCOLNSHIRE = "north_east_lincolnshire", "North East Lincolnshire"
    ELSEWHERE_IN_ENGLAND = "elsewhere_in_england", "Elsewhere in England"
    OUTSIDE_ENGLAND = "outside_england", "Outside England"
    UNKNOWN = "unknown", "Not known"
