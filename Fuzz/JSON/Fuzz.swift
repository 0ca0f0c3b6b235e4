import JSON

/// Where results end, so that the optimiser keeps the work. The fuzzer has one thread.
nonisolated(unsafe) var sink = 0

/// Parses the bytes; of a document, every reader and writer must agree with the parser.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let document = try? JSONDocument(parsing: bytes) else {
    sink &+= 1
    return 0
  }
  let root = document.root
  read(root)
  rewrite(root)
  canonicalise(root)
  splice(document)
  schema(root)
  return 0
}

func read(_ node: JSONNode) {
  switch node.kind {
  case .object:
    for (name, value) in node.members {
      precondition(
        node[member: name]?.rawRange == value.rawRange, "a member is not found by its name")
      precondition(
        node.pointer("/" + JSONPointer.escaped(name))?.rawRange == value.rawRange,
        "a member is not found by its pointer")
      read(value)
    }
  case .array:
    for element in node.elements { read(element) }
  case .string:
    let string = node.string ?? ""
    precondition(node.equals(string), "a string does not equal itself")
    sink &+= string.utf8.count
  case .number:
    sink &+=
      Int(truncatingIfNeeded: node.int64 ?? 0)
      &+ Int(node.double?.bitPattern.leadingZeroBitCount ?? 0)
  case .bool, .null: break
  }
}

func rewrite(_ root: JSONNode) {
  var writer = JSONWriter()
  write(root, to: &writer)
  guard let again = try? JSONDocument(parsing: writer.bytes) else {
    preconditionFailure("what the writer wrote does not parse")
  }
  var second = JSONWriter()
  write(again.root, to: &second)
  precondition(writer.bytes == second.bytes, "writing is not stable")
}

func write(_ node: JSONNode, to writer: inout JSONWriter) {
  switch node.kind {
  case .object:
    writer.beginObject()
    for (name, value) in node.members {
      writer.name(name)
      write(value, to: &writer)
    }
    writer.endObject()
  case .array:
    writer.beginArray()
    for element in node.elements { write(element, to: &writer) }
    writer.endArray()
  case .string: writer.string(node.string ?? "")
  case .number, .bool, .null: writer.node(node)
  }
}

func canonicalise(_ root: JSONNode) {
  guard let once = try? JSONCanonical.encode(root) else { return }
  guard let again = try? JSONDocument(parsing: once),
    let twice = try? JSONCanonical.encode(again.root)
  else { preconditionFailure("the canonical form does not parse") }
  precondition(once == twice, "the canonical form is not stable")
}

func splice(_ document: JSONDocument) {
  guard document.root.kind == .object else { return }
  var splice = JSONSplice(document)
  var expected: [String] = []
  for (index, member) in document.root.members.enumerated() {
    switch index % 3 {
    case 0: splice.remove(member: member.name, of: document.root)
    case 1:
      splice.replace(member.value, with: "[0]".utf8)
      expected.append(member.name)
    default: expected.append(member.name)
    }
  }
  if !expected.contains("added") {
    splice.insert(member: "added", "1".utf8, into: document.root)
    expected.append("added")
  }
  guard let result = try? JSONDocument(parsing: splice.apply()) else {
    preconditionFailure("what was spliced does not parse")
  }
  precondition(result.root.members.map(\.name) == expected, "splicing lost or kept a member")
}

/// A pair is a schema and an instance; anything else is both.
func schema(_ root: JSONNode) {
  let isPair = root.kind == .array && root.count == 2
  guard let first = isPair ? root[element: 0] : root,
    let instance = isPair ? root[element: 1] : root,
    let schema = try? JSONSchema(compiling: first, formats: .asserted)
  else { return }
  let isValid = schema.isValid(instance)
  let violations = schema.validate(instance, maxErrors: 3)
  precondition(isValid == violations.isEmpty, "a verdict without a reason, or the other way round")
  precondition(violations.count <= 3, "more violations than asked for")
}
