"""What each indicator is called: code to (English, French). A code missing here is shown with spaces (`words.indicator`)."""

INDICATORS: dict[str, tuple[str, str]] = {
    "call_to_pile_on": ("calls on others to pile on", "appelle d’autres personnes à se joindre à l’attaque"),
    "doxing_call_to_act": (
        "publishes private facts and calls to act on them",
        "divulgue des renseignements privés et appelle à agir",
    ),
    "fixation": ("many contacts, at some effort", "contacts nombreux, au prix d’un effort"),
    "harm_intended": ("states an intent to harm", "exprime l’intention de nuire"),
    "knows_home_or_family": (
        "shows knowledge of home, family or schedule",
        "montre une connaissance du domicile, de la famille ou de l’horaire",
    ),
    "last_resort": ("words of last resort", "propos de dernier recours"),
    "licence_campaign": ("campaign against the licence to practise", "campagne contre le permis d’exercice"),
    "new_channel_after_block": ("another way in after a block", "nouvelle voie de contact après un blocage"),
    "presence_at_home": ("presence at or approach to the home", "présence au domicile ou approche"),
    "presence_at_work": ("presence at or approach to the workplace", "présence au lieu de travail ou approche"),
    "private_fact": ("gives a private fact of the person concerned", "donne un renseignement privé de la personne visée"),
    "private_facts_published": ("publishes private facts", "divulgue des renseignements privés"),
    "review_of_public_words": (
        "a low review that speaks of what was said in public and tells of no visit",
        "avis défavorable qui parle de propos publics et ne raconte aucune visite",
    ),
    "sexual_violence": ("sexual violence", "violence sexuelle"),
    "stated_date": ("states a date or time", "précise une date ou une heure"),
    "threat_to_family": ("threat to family", "menace contre la famille"),
    "threat_to_life": ("threat to life", "menace de mort"),
    "tribunal": ("speaks of tribunals and punishment to come", "évoque des tribunaux et un châtiment à venir"),
    "weapon_with_target": ("weapon together with a target", "arme associée à une cible"),
    "wish_of_death": ("wish of death", "souhait de mort"),
}
