"""Documents that a plan does not know as a whole, evaluated from the files that were planned.

Where one variable of a container, or one ARN of a policy, is known after apply, terraform's plan says nothing of the
text around it. The files say what that will be (`hcl.modules`), and the plan what is known of the objects that they
refer to. What comes in of those are safe values, and what comes out is made safe as any other text of the plan.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from infragen.effort import Effort
from infragen.hcl.addresses import KEY, naming, type_of
from infragen.hcl.expressions import MOST_ROUNDS, ROUNDS
from infragen.hcl.later import Known, Later, UnevaluatedError, is_marked, marked
from infragen.hcl.modules import Instance, Module, key_of
from infragen.plan.address import redact_address, split_address
from infragen.plan.differences.documents import open_documents
from infragen.redaction.exact_json import decode_value
from infragen.redaction.redactor import Redactor
from infragen.redaction.safe import safe
from infragen.redaction.values import UNKNOWN, UNKNOWN_TEXT, Number, Redacted, Unknown, Value, holds_unknown


class Evaluation:
    """The configuration of one plan.

    `planned` returns an attribute after, or a root's `var.x` of the address ``; `staying` the text that an attribute
    will have again although the plan does not know it. The `output` of a `terraform_data` is known by its `input`
    (Terraform, "The terraform_data Managed Resource Type"), unless not `hands_through`.
    """

    def __init__(
        self,
        files: Mapping[str, str],
        redactor: Redactor,
        planned: Callable[[str, str], Value],
        staying: Callable[[str, str], str | None] = lambda _address, _name: None,
        *,
        hands_through: bool = True,
    ) -> None:
        self._redactor = redactor
        self._planned = planned
        self._staying = staying
        self._modules = {"": Module.root(files, self._knows)}
        self._as_planned = Evaluation(files, redactor, planned, staying, hands_through=False) if hands_through else self
        self._hidden: dict[Known, Redacted] = {}
        self._found: dict[tuple[str, str], Value] = {}
        self._rounds = Effort(MOST_ROUNDS)

    def document(self, module: str, address: str, name: str) -> Value:
        # Without unknown parts it is the text; `UNKNOWN` where it cannot be told, and for what is no document. `module`
        # is the module's address, `address` the object's own, both with their keys.
        if (address, name) not in self._found:
            try:
                with self._counted():
                    self._found[address, name] = self._document(module, address, name)
            except UnevaluatedError:
                self._found[address, name] = UNKNOWN
        return self._found[address, name]

    def in_part(self, module: str, address: str, name: str) -> Value:
        try:
            with self._counted():
                found = self._instance(module, address).written(name)
            whole = safe(decode_value(json.dumps(found)), self._redactor)
            return None if found == Later(address, name) else self._with_unknown(whole)
        except (TypeError, ValueError):
            return UNKNOWN

    def made_of(self, module: str, address: str, name: str) -> object:
        """`UNKNOWN` where it cannot be told. It may hold what is hidden: show it through `safe()`."""
        try:
            with self._counted():
                found = self._instance(module, address).value(name)
            return json.loads(json.dumps(found)) if found is not None else None
        except (UnevaluatedError, TypeError, ValueError):
            return UNKNOWN

    @contextmanager
    def _counted(self) -> Iterator[None]:
        outer = ROUNDS.set(self._rounds)
        try:
            yield
        finally:
            ROUNDS.reset(outer)

    def _instance(self, module: str, address: str) -> Instance:
        own = address.removeprefix(f"{module}.") if module else address
        key = KEY.search(own)
        return self._module(module).instance(own[: key.start()] if key else own, key_of(key[0] if key else ""))

    def _document(self, module: str, address: str, name: str) -> Value:
        text = self._instance(module, address).value(name)
        if not isinstance(text, str) or not is_marked(text):
            whole = self.in_part(module, address, name)
            is_later = not holds_unknown(whole) and holds_unknown(self._as_planned.in_part(module, address, name))
            return whole if is_later else UNKNOWN  # files that know what the plan does not are not those of the plan
        cleaned = safe(text, self._redactor)
        documents = open_documents(cleaned, cleaned)
        found = self._with_unknown(documents.before) if documents else UNKNOWN
        if holds_unknown(found):
            return found
        said = self._text(text)  # where every part that the plan does not know stays as it is
        return safe(said, self._redactor) if isinstance(said, str) else UNKNOWN

    def _module(self, address: str) -> Module:
        if address not in self._modules:
            *above, _, name = split_address(address)
            label, _, key = name.partition("[")
            self._modules[address] = self._module(".".join(above)).called(label, key_of(f"[{key}" if key else ""))
        return self._modules[address]

    def _knows(self, address: str, name: str) -> object:
        found = self._plain(self._planned(address, name), Later(address, name))
        is_later = name == "output" and isinstance(found, Later) and self._as_planned is not self
        if is_later and type_of(address) == "terraform_data":
            return self._instance(".".join(split_address(address)[:-2]), address).value("input")
        return found

    def _plain(self, value: Value, later: Later) -> object:
        if isinstance(value, Redacted):
            self._hidden[later.known] = value
        if isinstance(value, Redacted | Unknown):
            return later
        if isinstance(value, Number):
            return int(value.text) if value.text.lstrip("-").isdigit() else float(value.text)
        if isinstance(value, dict):
            return {key: self._plain(part, later.of(key)) for key, part in value.items()}
        if isinstance(value, list):
            return [self._plain(part, later.of(place)) for place, part in enumerate(value)]
        return value

    def _with_unknown(self, value: Value) -> Value:
        if isinstance(value, str):
            return self._text(value) if is_marked(value) else value
        if isinstance(value, Redacted):
            return UNKNOWN if is_marked(value.text) else value
        if isinstance(value, dict):
            if any(map(is_marked, value)):
                raise UnevaluatedError("what a member is called is known after apply")
            return {key: self._with_unknown(part) for key, part in value.items()}
        return [*map(self._with_unknown, value)] if isinstance(value, list) else value

    def _text(self, text: str) -> Value:
        parts = list(marked(text))
        known = [part for part in parts if isinstance(part, Known)]
        if any(one in self._hidden for one in known):
            return self._hidden[known[0]] if len(parts) == 1 else UNKNOWN
        stays = {one: found for one in known if (found := self._staying(one.address, one.attribute))}
        said = "".join(part if isinstance(part, str) else stays.get(part, UNKNOWN_TEXT) for part in parts)
        later = [one for one in known if one not in stays]
        if not later:
            return self._redactor.redact(said)
        sources = dict.fromkeys(redact_address(one.address, self._redactor) for one in later if one.address)
        certain = min(naming(*one) for one in later) if isinstance(parts[0], Known) else 0
        return Unknown(self._redactor.redact(said), tuple(sources), certain)
