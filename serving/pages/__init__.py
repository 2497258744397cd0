"""Pages for people: the applicant's own decision, and the queue of a partner's officers.

Server-rendered, in both languages, without JavaScript. Everything they do goes through the same
functions as the API; here is only what is shown, and who may see it.
"""
