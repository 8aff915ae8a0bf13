"""The people of the invented partnership who take part in the journeys, by what they are there for."""

from accounts.demo import DEMO_PASSWORD

PASSWORD = DEMO_PASSWORD

TEACHER = "teacher@fellside.example.org"
"""Cumberland."""
TEACHERS_LEAD = "dsl@fellside.example.org"
NEL_TEACHER = "teacher@havenquay.example.org"
NEL_TEACHERS_LEAD = "dsl@havenquay.example.org"
NEL_MANAGER = "manager@nel.example.org"
"""Decides in the hub of North East Lincolnshire."""
YOUTH_WORKER = "worker@lanternclub.example.org"
"""Westmorland and Furness."""
SCHOOL_SPOC = "spoc@fellside.example.org"

RECIPIENTS = {
    "cumbria_police": "liaison@cumbria-police.example.org",
    "humberside_police": "liaison@humber-police.example.org",
    "cumbria_police_professional_standards": "standards@cumbria-police.example.org",
    "humberside_police_professional_standards": "standards@humber-police.example.org",
    "cumberland_hub": "screener@cumberland.example.org",
    "westmorland_and_furness_hub": "screener@westmorland.example.org",
    "north_east_lincolnshire_hub": "screener@nel.example.org",
    "cumberland_conflict_officer": "conflict@cumberland.example.org",
    "north_east_lincolnshire_conflict_officer": "conflict@nel.example.org",
    "cumbria_prevent": "prevent@cumbria-police.example.org",
    "humberside_prevent": "prevent@humber-police.example.org",
    "cumberland_lado": "lado@cumberland.example.org",
    "north_east_lincolnshire_lado": "lado@nel.example.org",
}
"""Who opens the packs of each unit."""
