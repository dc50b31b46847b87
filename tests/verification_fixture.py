"""Two interviews about Dripwell, an invented watering clock for allotments, as they are stored."""

from __future__ import annotations

from tests.redteam import Corpus, Turn

NAMES = {
    "P01": frozenset({"Odile Farrant"}),
    "P02": frozenset({"Benno Castellane"}),
    "[interviewer]": frozenset({"Ines Okoro"}),
    "[colleague 1]": frozenset({"Wilhelmina Drost"}),
    "[colleague 2]": frozenset({"Tobias Quill"}),
}

_FIRST = """
I: How do you keep the beds alive when you are away from the plot?
P: Well, I used to walk down every evening with two cans, and it took 40 minutes. Now the clock
does it while I am at work. My neighbour [colleague 1] still carries cans, and she thinks the
clock is a toy. I don't think it saves water. It saves my knees, though.
I: What happened the first time you set it up on your own?
P: Um, the first week was a mess. I set it to Tuesday, and it ran on Monday. The leaflet said that
the valve would close at six in the morning, but nobody had tested it. I lost 12 lettuces and a
whole tray of beans. Was that my fault?
I: And then what did you do about the lettuces?
P: I rang the shop, and they told me that the battery was flat. It wasn't flat. They sent a new
one within three days, which was good of them. You know, I was ready to throw it in the skip. If
they had charged me for it, I would have left a bad review.
I: Who else on the site has tried a clock like yours?
P: [colleague 1] tried mine for a month. [colleague 2] bought his own in March, and it cost him
$85 at the garden centre. He says the hose is too short for his plot. I never had that problem.
Maybe his beds are further from the tap.
I: Would you pay for a second one if it were cheaper?
P: Probably not this year. The price went up by 15% in June, and my budget is about $60. If it
were free, I would take two. I guess most people on the site feel the same way.
I: How do you check that it has really watered while you are gone?
P: I open the app on the bus and look at the last run. The app shows the litres, the minutes and
the bed. Sometimes it shows nothing at all. That makes me nervous, so I ring P02 and ask him to
look over the fence. He is very patient with me.
I: What would make you stop using it altogether?
P: A leak would do it. One bad leak in July and the beans are gone. I can't be there at noon, and
I have no one who could turn the tap off. It's great, I suppose, as long as the seals hold. Can
you ask them about the seals?
I: Is there anything that you have built around it yourself?
P: I keep a notebook in the shed with every setting in it. I wrote the week of the frost on the
wall as well. When the screen went blank, I copied the numbers from the notebook. It took ten
minutes. I wish it had a light on it. The second clock is quieter, I think. It works most of the
time. The screen is not the problem, it's the menu — nobody can find the frost setting.
I: Who decided that you would buy it in the first place?
P: My husband said it was a waste of money. I bought it anyway with my own card on a Friday. He
uses it more than I do now. We, uh, argue about the tomatoes instead.
"""

_SECOND = """
I: Tell me about the site and what you look after there.
P: I am the secretary, so I look after 64 plots and one very old pump. The pump is from 1987 and
it breaks every spring. I write the rules, I collect the rent, and I answer the phone. Honestly,
it's the phone that kills me. People ring at ten in the evening about a dripping tap.
I: Where do the watering clocks come into that?
P: They save me calls. Before the clocks came, I had about thirty calls a week in August. Now I
have maybe six. I'm not sure that the clocks are the only reason. It rained a lot last year.
I: What do the members say when they ask you for one?
P: They say that it is easy, and they say it pays for itself in a year. I have never seen the
sums. The treasurer claims that the site saved 300 euros, but he counted the rent as well.
According to [colleague 2], the saving is closer to 90 euros.
I: Have you turned anybody down?
P: Yes, twice. I refused one because his hose ran over the path, and people trip. I didn't refuse
the other one. The committee did that in October, not me. Was it fair?
I: How do you explain the app to the older members?
P: I don't explain the app. I print the page with the big numbers and I pin it to the door. Half
of them have no phone with them on the plot, and I don't blame them. P01 shows them hers, and then
they want one too. It's the best advertisement we have — a working clock, two beds away.
I: What is the worst thing about it from where you sit?
P: The worst thing is the noise of the valve. It clicks all night. We had a complaint from the
houses in Mill Lane, and I wrote back that we would look into it. I hate letters like that. They
were polite about it, I suppose. I want to answer them by phone next time. Erm, I still have it in
the drawer.
I: What would you change if you could change one thing?
P: I would give the secretary a key. A single screen for the whole site, with every plot on it, so
I can see who is watering at noon. Nobody should water at noon. The company promised it for April,
and we are still waiting. I, um, stopped asking in September.
I: Would you recommend it to another site?
P: Yes, I would, unless they have a pump like ours. Ask me again when the new pump is in. I think
it works best on small sites with good pressure. It's quiet, it's cheap, and it does what it says
on the box. The rest is gardening.
I: Is there a site that you compare yourselves with?
P: Hollow Farm has 20 plots and a bore hole. They don't need a clock. I mean, they have a
full-time gardener, and he never sleeps. We have me, and I sleep — sometimes. Their beans are
better than ours, of course. Ours are cheaper.
"""


def _turns(text: str, participant: str) -> list[Turn]:
    turns: list[Turn] = []
    for line in text.strip().split("\n"):
        if line.startswith("I: "):
            turns.append(Turn("[interviewer]", "interviewer", line[3:]))
        elif line.startswith("P: "):
            turns.append(Turn(participant, "participant", line[3:]))
        else:
            turns[-1] = turns[-1]._replace(text=f"{turns[-1].text} {line}")
    return turns


def allotments() -> Corpus:
    """Return the two interviews, with the names that the placeholders stand for."""
    return Corpus({"odile.txt": _turns(_FIRST, "P01"), "benno.txt": _turns(_SECOND, "P02")}, NAMES)
