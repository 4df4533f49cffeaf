"""How reviews are read off a page in a browser: what sites say for programs, and recipes for those that say nothing.

A recipe has the form of the browser extension's (`extension/recipes/`): which elements are posts, and for each field the places to look
in, best first. It is data of ours. Sites change, and a recipe then finds nothing, which is said where the page is watched.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

_STARS = [
    {"css": "[itemprop=ratingValue][content]", "attr": "content"},
    {"css": "[itemprop=ratingValue]"},
    {"css": "[aria-label*=star i]", "attr": "aria-label", "match": "([0-5](?:[.,][0-9])?)"},
    {"css": "[aria-label*=étoile i]", "attr": "aria-label", "match": "([0-5](?:[.,][0-9])?)"},
]
RECIPES: tuple[dict[str, Any], ...] = (
    {
        "platform": "google",
        "hosts": ["google"],
        "post": ["div[data-review-id][aria-label]", "div[data-review-id]", ".gws-localreviews__google-review"],
        "fields": {
            "id": [{"css": ":scope", "attr": "data-review-id"}],
            "author": [{"css": ".d4r55"}, {"css": ":scope", "attr": "aria-label"}, {"css": "a[href*='/contrib/']"}],
            "sent_at": [{"css": "time[datetime]", "attr": "datetime"}],
            "text": [{"css": ".MyEned span[class]"}, {"css": ".wiI7pd"}, {"css": ".review-full-text"}],
            "url": [{"css": "a[href*='/maps/reviews/']", "attr": "href"}],
            "rating": _STARS,
        },
    },
    {
        "platform": "ratemds",
        "hosts": ["ratemds.com"],
        "post": ["[itemprop=review]", "div.rating", "[class*=rating-comment]"],
        "fields": {
            "id": [{"css": ":scope", "attr": "id", "match": "^r[0-9]+$"}],
            "author": [{"css": "[itemprop=author]"}],
            "sent_at": [
                {"css": "[itemprop=datePublished][content]", "attr": "content"},
                {"css": "time[datetime]", "attr": "datetime"},
                {"css": ".rating-comment-created a"},
            ],
            "text": [{"css": "[itemprop=reviewBody]"}, {"css": ".rating-comment-body"}, {"css": "p"}],
            "url": [{"css": "a[href*='#r']", "attr": "href"}],
            "rating": _STARS,
        },
    },
    # These say it for programs (schema.org): what is theirs here is their name alone.
    {"platform": "yelp", "hosts": ["yelp"], "post": [], "fields": {}},
    {"platform": "vitals", "hosts": ["vitals.com"], "post": [], "fields": {}},
    {"platform": "healthgrades", "hosts": ["healthgrades.com"], "post": [], "fields": {}},
)
#: The last name before what names a country or the like: "google" in www.google.ca and maps.google.co.uk.
_OWN_NAME = re.compile(r"(?:^|\.)([a-z0-9-]+)\.(?:com|[a-z]{2}|com?\.[a-z]{2})$")
_NONE: dict[str, Any] = {"platform": "", "post": [], "fields": {}}


def recipe_for(url: str) -> dict[str, Any]:
    """The recipe for the site of this address; an empty one for any other. A host that stands without its end ("google") is that name under any."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    name = _OWN_NAME.search(host)
    for recipe in RECIPES:
        for each in recipe["hosts"]:
            if host == each or host.endswith(f".{each}") or (name is not None and name[1] == each):
                return recipe
    return _NONE


#: Run in a world of its own, which the page's scripts cannot reach. RECIPE stands for one of the above, as JSON.
READ_REVIEWS = r"""(() => {
  const recipe = RECIPE, MOST = 400, cut = (value, most) => String(value ?? '').slice(0, most);
  const ld = [...document.querySelectorAll('script[type="application/ld+json" i]')].slice(0, 50).map(s => cut(s.textContent, 600000));
  const value = element => cut(element.getAttribute('content') ?? element.getAttribute('datetime') ?? element.getAttribute('href')
    ?? element.innerText, 20000);
  const properties = (root, depth) => {
    const node = {'@type': cut(root.getAttribute('itemtype'), 200), itemid: cut(root.getAttribute('itemid'), 2048)};
    if (depth > 4) return node;
    for (const element of [...root.querySelectorAll('[itemprop]')].slice(0, 200)) {
      if (element.parentElement.closest('[itemscope]') !== root) continue;
      for (const name of element.getAttribute('itemprop').split(/\s+/).slice(0, 4))
        if (name && !Object.hasOwn(node, name) && !name.startsWith('__'))
          node[name] = element.hasAttribute('itemscope') ? properties(element, depth + 1) : value(element);
    }
    return node;
  };
  const items = [...document.querySelectorAll('[itemscope][itemtype*="schema.org" i]')]
    .filter(e => /Review|AggregateRating/i.test(e.getAttribute('itemtype'))).slice(0, 2 * MOST).map(e => properties(e, 0));
  const field = (post, places) => {
    for (const place of places ?? []) {
      const element = place.css === ':scope' ? post : post.querySelector(place.css);
      let found = element && (place.attr ? element.getAttribute(place.attr) : element.innerText);
      if (found && place.match) { const match = new RegExp(place.match, 'i').exec(found); found = match && (match[1] ?? match[0]); }
      if (found && found.trim()) return cut(found.trim(), 20000);
    }
    return '';
  };
  let posts = [];
  for (const css of recipe.post) if (!posts.length) posts = [...document.querySelectorAll(css)].slice(0, MOST);
  const made = posts.map(post => Object.fromEntries(Object.entries(recipe.fields).map(([name, places]) => [name, field(post, places)])));
  return {ld, items, recipe: made};
})()"""
