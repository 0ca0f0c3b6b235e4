"""Reads exported files with the readers that others use, and says what came out of them.

check_exports.py cloudevents FILE: each line by the CloudEvents SDK; prints type, id and subject.
check_exports.py csv FILE: prints the rows as JSON objects.
"""

import csv
import json
import sys

form, path = sys.argv[1:]
if form == "cloudevents":
    from cloudevents.core.formats.json import JSONFormat
    from cloudevents.core.v1.event import CloudEvent

    with open(path, "rb") as file:
        for line in file:
            event = JSONFormat().read(CloudEvent, line)
            data = event.get_data()
            print(
                json.dumps(
                    {
                        "type": event.get_type(),
                        "id": event.get_id(),
                        "time": event.get_time().isoformat(),
                        "sequence": event.get_extension("sequence"),
                        "kind": data["kind"],
                    }
                )
            )
else:
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file, strict=True):
            print(json.dumps(row))
