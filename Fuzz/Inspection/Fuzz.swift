import Inspection
import JSON

/// Where results end, so that the optimiser keeps the work. The fuzzer has one thread.
nonisolated(unsafe) var sink = 0

/// Takes the bytes for a definition, or two in an array; what is no JSON becomes a description.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let text = String(decoding: bytes, as: UTF8.self)
  draw(text)
  guard let root = (try? JSONDocument(parsing: bytes))?.root else {
    if let tool = description(text) { inspect(tool) }
    return 0
  }
  inspect(root)
  if let first = root[element: 0], let second = root[element: 1] {
    compare(first, second)
    compare(second, first)
  }
  return 0
}

func description(_ text: String) -> JSONNode? {
  var writer = JSONWriter()
  writer.beginObject()
  writer.name("name")
  writer.string(String(text.unicodeScalars.prefix(40).map(Character.init)))
  writer.name("description")
  writer.string(text)
  writer.endObject()
  return (try? JSONDocument(parsing: writer.bytes))?.root
}

func draw(_ text: String) {
  let drawn = VisibleText.draw(text, limit: 4096)
  precondition(
    !drawn.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F || $0.value == 0x202E },
    "what is drawn has a control character")
  sink &+= drawn.utf8.count
}

func inspect(_ definition: JSONNode) {
  let name = definition[member: "name"]?.string ?? ""
  let inspector = Inspector(
    of: "acme", tools: ["own_tool"],
    among: [.init(server: "github", tools: ["create_issue", "search", name + "s", "x" + name])])
  for kind in InspectedItem.Kind.allCases {
    let item = InspectedItem(kind: kind, name: name, definition: definition)
    let signals = inspector.signals(of: item)
    precondition(signals == inspector.signals(of: item), "the same item has other signals")
    precondition(signals.count <= Inspector.signalsMax, "more signals than allowed")
    for signal in signals {
      precondition(!signal.rule.isEmpty && !signal.reason.isEmpty, "a signal says nothing")
      precondition(signal.excerpt.unicodeScalars.count <= 4096, "an excerpt is long")
      precondition(
        definition.pointer(signal.place) != nil || signal.place.hasPrefix("/annotations"),
        "a signal is about no place")
    }
    sink &+= signals.count
  }
  let draft = EffectDraft(ofTool: definition)
  precondition(
    ["read", "write", "destructive", "egress", "admin"].contains(draft.effect), "no effect")
  if draft.effect == "read" {
    precondition(
      definition[member: "annotations"]?[member: "readOnlyHint"]?.bool == true,
      "a tool that does not say so is drafted as reading")
  }
  compare(definition, definition)
}

func compare(_ before: JSONNode, _ after: JSONNode) {
  let changes = DefinitionDifference(from: before, to: after).changes
  precondition(changes.count <= DefinitionDifference.changesMax, "more changes than allowed")
  precondition(changes.isEmpty == before.equals(after), "a difference without a change")
  for change in changes {
    precondition(!change.meaning.isEmpty, "a change means nothing")
    sink &+= change.place.utf8.count + change.words.count
  }
}
