"""How tools call their columns, by the part that a column plays; in the order in which they count.

Patterns are searched in a header's lower-case words (`reviewCreatedVersion` → `review created
version`). A new tool mostly needs a word here and nothing else.
"""

from __future__ import annotations

import re

_WHO = (
    r"user|consumer|customer|client|respondent|participant|requester|reporter|author|reviewer|contact|"
    r"member|account|person|subscriber|visitor|end user"
)

SYNONYMS: dict[str, tuple[str, ...]] = {
    "ignored": (
        r"ip ?addr|\bip\b|ip adresse|latitude|longitude|breitengrad|längengrad",
        r"\burl\b|\blink\b|avatar|image|video title|attachments?$",
        r"phone|telefon|teléfono|twitter|user ?agent",
        r"^(?!.*mail).*\baddress\b|\b(street|postal|post ?code|zip|plz|straße|birth\w*)\b",
        r"fivetran|airbyte|collector id|network id|\basin\b|^token$|signature|millis",
        r"distribution channel|external (data )?ref|external ?reference",
        r"^progress$|^duration|^finished$|^custom data|^ending$",
        r"thumb|helpful|useful|^funny$|^cool$|^votes?$|vote ?(sum|count)|criterias",
        r"^(assignee|agent|owner(?! (respon|repl|answer|comment))|submitter|group)\b.*|assignee",
        r"^(ticket|contact|case|account|deal|opportunity|lead) owner\b",
        r"^(reference|business unit) id$|^created by (first|last)$",
        r"(repl|respon)\w* (date|millis|link|time|email)|replied at|reply date",
        r"name(s)? of the|^(recipient|to|cc|bcc)( address| email)?$",
        r"^(first|initial) (response|reply)|resolution (time|status)|^resolution$|sla|due ",
        r"last (update|activity|synced|modified)|updated|resolved|closed?( at| date| time)",
        r"\bnps group$|^how likely .* group$",
        r"stage date|end ?date|^(close|end) (date|time)$",
    ),
    "email": (r"\be ?mail\b|^suppliedemail$", r"correo electrónico|adresse e ?mail|courriel"),
    "reply": (
        r"\brepl(y|ies)\b",
        r"(developer|company|owner|seller|vendor|merchant|business|staff|agent|our) "
        r"?(response|answer|comment|repl)",
        r"\bresponse (text|from)|developerresponse body|case comments",
        r"(internal|private|agent) (note|comment)",
        r"antwort (des|der|vom) |respuesta (de|del) |réponse (de|du) ",
    ),
    "author": (r"^(comment|message)? ?author ?id$|^(created|written) by ?id$",),
    "person": (
        rf"^(review )?({_WHO})( user)? ?(id|no|number|key)$",
        r"^respondent$|^participant$|^case$|^subject ?(id|no|number)$",
        r"^(pid|userid|reviewerid|respondentid|customerid)$|^(kundennummer|teilnehmer)$",
    ),
    "name": (
        r"^(full|first|last|middle|display|user|screen|nick|contact|customer|requester|"
        r"reviewer|author|respondent|participant|recipient (first|last)|consumer display|"
        r"review user) ?name$",
        r"^supplied ?name$",
        r"^(name|author|reviewer|user|nickname|reviewer nickname|reporter|requester|customer)$",
        r"^(associated contact|(message )?author name|(sender|from) name|user login|alias)$",
        r"^(nombre|apellidos?|vorname|nachname|nom|prénom)$",
    ),
    "id": (
        r"^(id|#|no|number|key|uuid|identifier|antwort id|id de (la )?respuesta)$",
        r"^(review|ticket|case|issue|response|conversation|record|submission|comment|message|order|"
        r"feedback|transcript|entry|row|answer|survey response) ?(id|number|key|no)$",
    ),
    "question": (r"^(question|prompt|question text|frage|pregunta)$",),
    "speaker": (
        r"^(speaker|interlocutor|speaker name|speaker label|sprecher(in)?|orador|locuteur|"
        r"turn speaker)$",
    ),
    "time": (r"^(timestamp|time ?code|start( time)?|start ?ms|offset|time)$",),
    "pros": (
        r"\bpros?\b|advantages?\b|\bpositives?\b|strengths?$|^vorteile$|^ventajas$|^avantages$",
        r"like (best|most)|what (do|did) you like\b(?!.*least)",
    ),
    "cons": (
        r"\bcons\b|^con$|disadvantages?|\bnegatives?\b|weakness(es)?$|drawbacks?|^nachteile$",
        r"dislike|like least|^desventajas$|^inconvénients$",
    ),
    "title": (
        r"^((review|ticket|issue|feedback|raw) ?)?(title|headline|subject|summary)$",
        r"^ticket name$|^review headline$|^(betreff|asunto|titel|título|titre|objet)$",
    ),
    "rating": (
        r"\brating\b|how would you rate|how satisfied|\bstars?\b|\bscore\b|^nps$|satisfaction",
        r"^overall$|csat|^grade$|how likely (are|is)|likelihood to recommend",
        r"^(bewertung|sterne|note|calificación|puntuación)$",
    ),
    "role": (
        r"^(author|sender|message|user|message author|created by|author role|speaker)? ?(type|"
        r"role)$",
    ),
    "date": (
        r"\bdate\b|^(created|submitted|updated|reviewed|posted|recorded)( at| on| time)?$",
        r"time ?stamp|^at$|^created( at| time| date)?|created (at|on)$|submitted|started|opened",
        r"recorded ?date",
        r"zeitstempel|marca temporal|horodateur|^datum$|^fecha\b",
        r"review created|(unix ?)?review ?time|^time$",
    ),
    "text": (
        r"^(review|ticket|comment|feedback|message|answer|body|content)?s?"
        r" ?(text|body|content|comments?|description|message|verbatim|feedback|review|answer)s?$",
        r"^(comments?|reviews?|description|verbatim|utterance( text)?|quote|text|free ?text|remark|"
        r"note|response( text)?|transcript|overall comments|description text|body text)$",
        r"^reasons? for .*|^(kommentar|comentario|commentaire|anmerkung(en)?|beschreibung|"
        r"descripción|opinión|avis|antwort|respuesta|réponse|risposta|resposta)$",
    ),
}
"""Part → patterns. The first part that matches, and whose values agree, wins."""

RULES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (part, re.compile("|".join(f"(?:{pattern})" for pattern in patterns)))
    for part, patterns in SYNONYMS.items()
)

DESCRIBES = re.compile(
    r"\b(job title|role|position|occupation|seniority|department|company|companysize|employees|"
    r"segment|industry|sector|plan|tier|country|region|location|territory|language|lang|version|"
    r"device|platform|os|browser|status|state|priority|channel|via|source|type|category|tags?|"
    r"labels?|product|age|gender|sex|income|education|experience|years|verified|currency|stage|"
    r"lead|persona|pipeline|group|organi[sz]ation|team|cohort|origin|topic|resolution|"
    r"reason code|interest)\b"
)
"""Words of columns that describe a person or a record and are no answer in own words."""

FACT = re.compile(
    r"^what(?: is|'s|’s) (?:the|your) (?:\w+ )?(?:name|role|title|job title|position|company|age|"
    r"industry|country)\b"
    r"|^(?:at|for|from|in|with) (?:what|which) (?:school|company|organi[sz]ation|university|"
    r"employer|institution|country|city|department)\b"
    r"|^(?:what|which) (?:school|company|organi[sz]ation|university|country|city|department|"
    r"industry)\b",
    re.I,
)
"""Questions whose answer is a fact about the person, whatever its length."""

EITHER = re.compile(r"^(antwort|respuesta|réponse|risposta|resposta|response|answer)$")
"""An answer to a question, or beside a review the vendor's reply."""

CONTACT = re.compile(
    r"\b(first name|last name|lead status|lead source|lifecycle stage|contact owner|account owner|"
    r"account name|contact id|lead id|record id|marketing contact status|associated company|"
    r"mailing \w+|company domain|annual revenue|deal stage|deal amount|persona|time zone|"
    r"last login|vorname|nachname|phone number)\b"
)
"""Words of columns in lists of contacts and accounts."""
