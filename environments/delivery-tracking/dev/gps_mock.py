"""モックサーバー（GPS位置情報エミュレート）: answers with where the vehicles are, each on a circle around its branch.

GET /vehicles lists them, GET /vehicles/V-001 is one: as documents of the collection vehicle_locations.
"""

import json
import math
import os
import time
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

START = {"V-001": (139.7671, 35.6812), "V-002": (135.4959, 34.7024)}
ROUND_IN_SECONDS = 600
KILOMETRES = 2.0
KILOMETRES_OF_A_DEGREE = 111.32


def position(vehicle: str, now: float) -> dict[str, object]:
    """Return where a vehicle is at a moment, in seconds since 1970."""
    longitude, latitude = START[vehicle]
    angle = 2 * math.pi * (now % ROUND_IN_SECONDS) / ROUND_IN_SECONDS
    north, east = KILOMETRES * math.cos(angle), KILOMETRES * math.sin(angle)
    return {
        "vehicle_id": vehicle,
        "timestamp": datetime.fromtimestamp(now, timezone.utc).isoformat(),
        "location": {
            "type": "Point",
            "coordinates": [
                round(longitude + east / (KILOMETRES_OF_A_DEGREE * math.cos(math.radians(latitude))), 6),
                round(latitude + north / KILOMETRES_OF_A_DEGREE, 6),
            ],
        },
        "speed": round(2 * math.pi * KILOMETRES / ROUND_IN_SECONDS * 3600, 1),
        "heading": round(math.degrees(angle) + 90) % 360,
        "status": "MOVING",
    }


class Handler(BaseHTTPRequestHandler):
    """Answers GET alone."""

    def do_GET(self) -> None:
        """Answer with all vehicles, with one, or with 404."""
        now = time.time()
        vehicle = self.path.removeprefix("/vehicles/")
        if self.path == "/vehicles":
            self.answer(200, [position(one, now) for one in START])
        elif vehicle in START:
            self.answer(200, position(vehicle, now))
        else:
            self.answer(404, {"error": f"no such vehicle; known: {', '.join(START)}"})

    def answer(self, status: int, body: object) -> None:
        """Send JSON."""
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    server = ThreadingHTTPServer((os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8090"))), Handler)
    server.serve_forever()
