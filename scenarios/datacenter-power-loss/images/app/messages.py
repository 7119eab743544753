"""The message service of one site: writes to the database that leads, reads the copy at its own site.

POST /messages {"text": "…"}  201 once the row is safe at two sites, else 503
GET  /messages                200 with the newest messages, newest first, else 503
GET  /messages/texts          200 with the text of every message, oldest first, else 503
GET  /health                  200 while this site's copy answers, else 503

Each request has its own connection: after a failover there is none to throw away. No statement_timeout for a write:
PostgreSQL would then acknowledge a row that no other site has. The entrance ends a connection that stays silent.
"""
import json
import os
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2

LEADER = "host=entrance dbname=postgres user=postgres connect_timeout=2 tcp_user_timeout=2000"
OWN_COPY = (
    f"host=db-{os.environ['FIREDRILL_SITE']} dbname=postgres user=postgres connect_timeout=2 tcp_user_timeout=2000"
    " options='-c statement_timeout=2000'"
)


def query(database, statement, values=()):
    with closing(psycopg2.connect(database)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


class Messages(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/health":
            self.answer(200, lambda: query(OWN_COPY, "SELECT count(*) FROM pg_class WHERE relname = 'messages'"))
        elif self.path == "/messages":
            self.answer(200, lambda: query(OWN_COPY, "SELECT id, text FROM messages ORDER BY id DESC LIMIT 20"))
        elif self.path == "/messages/texts":
            self.answer(200, lambda: [text for text, in query(OWN_COPY, "SELECT text FROM messages ORDER BY id")])
        else:
            self.reply(404, "there is only /messages, /messages/texts and /health")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            text = json.loads(body)["text"]
        except (ValueError, KeyError, TypeError):
            return self.reply(400, 'the body must be {"text": "…"}')
        self.answer(201, lambda: query(LEADER, "INSERT INTO messages (text) VALUES (%s) RETURNING id", (str(text),)))

    def answer(self, status, work):
        try:
            self.reply(status, work())
        except psycopg2.Error as error:
            self.reply(503, str(error).strip())

    def reply(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ThreadingHTTPServer.request_queue_size = 128
ThreadingHTTPServer(("", 8080), Messages).serve_forever()
