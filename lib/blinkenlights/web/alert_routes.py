"""The routes that are about what people do about alerts."""

from blinkenlights.alert.links import PAGE as LINK
from blinkenlights.alert.silence import Silence
from blinkenlights.web import alert_api, alert_pages, link_page
from blinkenlights.web.page_handlers import OneQuery
from blinkenlights.web.responding import Acknowledged
from blinkenlights.web.route import JSON, Answer, NoQuery, Route, form_at, page_at

API: tuple[Route, ...] = (
    # Before the pages of single alerts, because a name may be anything.
    Route(
        "GET",
        "/api/v1/alerts/history",
        alert_api.history,
        "whole",
        "Who was told what lately, and what could not be delivered",
        {200: Answer("Rows of the history.", JSON, alert_api.AlertHistory)},
    ),
    Route(
        "POST",
        "/api/v1/alerts/acknowledge",
        alert_api.acknowledge,
        "respond",
        "Take care of an alert: nobody is reminded of it, and nobody else told",
        {200: Answer("It is acknowledged.", JSON, Acknowledged)},
        takes=JSON,
        body=alert_api.Acknowledge,
        fails={404: "No alert of that name fires.", 409: "It is another firing."},
    ),
    Route(
        "GET",
        "/api/v1/silences",
        alert_api.silences,
        "whole",
        "What nobody is told of, by whom, why and until when",
        {200: Answer("The silences that are not over.", JSON, alert_api.Silences)},
    ),
    Route(
        "POST",
        "/api/v1/silences",
        alert_api.silence,
        "respond",
        "Let nobody be told of what begins, for a time",
        {200: Answer("The silence, with its id.", JSON, Silence)},
        takes=JSON,
        body=alert_api.MakeSilence,
    ),
    Route(
        "DELETE",
        "/api/v1/silences/{id}",
        alert_api.unsilence,
        "respond",
        "Take back a silence",
        {200: Answer("The silence that was.", JSON, Silence)},
    ),
)

PAGES: tuple[Route, ...] = (
    page_at("/told", alert_pages.told, NoQuery, "whole"),
    page_at("/respond", alert_pages.respond, OneQuery, "whole"),
    form_at("/respond", alert_pages.send),
    page_at(f"/{LINK}", link_page.show, link_page.LinkQuery, "open"),
    form_at(f"/{LINK}", link_page.act),
)
