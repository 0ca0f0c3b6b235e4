import JSON
@_spi(Checking) import MCP

/// Where results end, so that the optimiser keeps the work. The fuzzer has one thread.
nonisolated(unsafe) var sink = 0

/// The first byte says in what pieces the rest comes in. However it is cut, the lines are the same,
/// none is empty or over the bound, and memory stays bounded; each line is read as a message, and
/// all of them as a client's conversation. A line that begins with `=` is what a server answers.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  guard let first = input.first else { return 0 }
  let stream = Array(input.dropFirst())
  let bound = 1 + Int(first >> 4) * 16
  let events = lines(of: stream, pieces: stream.count, bound: bound)
  precondition(
    events == lines(of: stream, pieces: 1 + Int(first & 15), bound: bound),
    "the cuts of the stream changed its lines")
  for case .line(let line) in events {
    precondition(!line.isEmpty && line.count <= bound && !line.contains(0x0A), "a wrong line")
  }
  var sent: [[UInt8]] = []
  var results: [[UInt8]] = []
  for case .line(let line) in lines(of: stream, pieces: stream.count, bound: 1 << 20) {
    classify(line)
    if line.first == UInt8(ascii: "=") {
      let result = Array(line.dropFirst())
      if (try? JSONDocument(parsing: result))?.root.kind == .object { results.append(result) }
    } else {
      sent.append(line)
    }
  }
  converse(sent, results)
  return 0
}

/// Whatever a client sends and servers answer, what goes out is JSON-RPC, and at the end nothing is
/// left over.
func converse(_ lines: [[UInt8]], _ results: [[UInt8]]) {
  var rehearsal = StdioRehearsal(results: results)
  for line in lines { check(rehearsal.receive(line)) }
  check(rehearsal.expire())
  check(rehearsal.end())
  precondition(rehearsal.isIdle, "something is left over")
}

func check(_ messages: [[UInt8]]) {
  for message in messages {
    guard let root = try? JSONDocument(parsing: message).root else {
      preconditionFailure("what goes out is no JSON")
    }
    for node in root.kind == .array ? Array(root.elements) : [root] {
      precondition(node[member: "jsonrpc"]?.equals("2.0") == true, "no JSON-RPC goes out")
      let kinds = ["method", "result", "error"].count { node[member: $0] != nil }
      precondition(kinds == 1, "a message of no kind goes out")
      sink &+= node.raw.count
    }
  }
}

func lines(of stream: [UInt8], pieces: Int, bound: Int) -> [LineFramer.Event] {
  var framer = LineFramer(maxLineBytes: bound)
  var events: [LineFramer.Event] = []
  var rest = stream[...]
  while !rest.isEmpty {
    framer.push(Array(rest.prefix(pieces))) { events.append($0) }
    precondition(framer.pendingBytes <= bound + 1, "more is held than the bound")
    rest = rest.dropFirst(pieces)
  }
  framer.finish { events.append($0) }
  return events
}

func classify(_ line: [UInt8]) {
  guard let document = try? JSONDocument(parsing: line) else { return }
  do {
    switch try JSONRPCMessage(document.root) {
    case .request(let id, let method, let params):
      precondition(document.root[member: "id"].map { Array($0.raw) } == Array(id.raw), "another id")
      let request = MCPRequest(
        method: method, params: params,
        client: ClientDescription(transport: .stdio, version: .latest), messageBytes: line.count)
      sink &+= method.utf8.count &+ (request.progressToken?.raw.count ?? 0)
    case .notification(let method, _): sink &+= method.utf8.count
    case .result(let id, let result): sink &+= id.raw.count &+ result.raw.count
    case .failure(_, let error): sink &+= error.raw.count
    }
  } catch {
    sink &+= error.message.utf8.count
  }
}
