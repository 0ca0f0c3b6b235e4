import Glibc
import Search

/// Tools and queries, all made or read beforehand.
struct Workload {
  enum Failure: Error, CustomStringConvertible {
    case unreadable(String)
    case noTools(String)

    var description: String {
      switch self {
      case .unreadable(let path): "\(path) cannot be read"
      case .noTools(let path): "\(path) has no tools"
      }
    }
  }

  let tools: [SearchableTool]
  let queries: [String]

  /// A catalog of lines, varied until it has so many tools: each copy is another server's.
  init(catalog: String, queries: String, tools count: Int) throws {
    let read = try SearchLines.tools(Workload.read(catalog))
    guard !read.isEmpty else { throw Failure.noTools(catalog) }
    tools = (0..<count).map { number in
      var tool = read[number % read.count]
      let copy = number / read.count
      guard copy > 0 else { return tool }
      tool.id += "#\(copy)"
      tool.server += " \(Workload.names[copy % Workload.names.count])"
      tool.description += " For \(Workload.names[(number * 7 + copy) % Workload.names.count])."
      return tool
    }
    self.queries = try SearchLines.queries(Workload.read(queries)).map(\.text)
  }

  /// A made-up catalog: every operation on every thing, of servers that have them all.
  init(tools count: Int) {
    let operations = Workload.operations
    let things = Workload.things
    tools = (0..<count).map { number in
      let (verb, does) = operations[number % operations.count]
      let thing = things[number / operations.count % things.count]
      let copy = number / (operations.count * things.count)
      let server = Workload.names[copy % Workload.names.count] + " \(copy)"
      let other = things[(number * 31 + 7) % things.count]
      return SearchableTool(
        id: "\(copy)__\(verb)_\(thing)", name: "\(verb)_\(thing)",
        description: "\(does) a \(thing) of \(server) by its id. Also says which \(other) has it.",
        parameters: [
          .init(
            name: "\(thing)_id", type: "string", text: "The id of the \(thing)", isRequired: true),
          .init(name: "\(other)Name", type: "string", text: "Only those of this \(other)"),
          .init(name: "limit", type: "integer", text: "How many at most"),
        ], server: server, serverText: "Works with \(thing)s and \(other)s of \(server).")
    }
    queries = (0..<1000).map { number in
      let (_, does) = operations[number * 7 % operations.count]
      let thing = things[number * 13 % things.count]
      let other = things[number * 29 % things.count]
      return "Please \(does.lowercased()) the \(thing) that the \(other) \"number \(number)\" has"
    }
  }

  static func read(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw Failure.unreadable(path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  private static let operations = [
    ("create", "Creates"), ("list", "Lists"), ("get", "Gets"), ("update", "Updates"),
    ("delete", "Deletes"), ("search", "Searches"), ("export", "Exports"), ("share", "Shares"),
    ("archive", "Archives"), ("copy", "Copies"), ("move", "Moves"), ("approve", "Approves"),
  ]

  private static let things = [
    "account", "address", "alert", "album", "article", "asset", "backup", "balance", "batch",
    "bill", "board", "booking", "branch", "budget", "bug", "build", "calendar", "campaign", "card",
    "cart", "channel", "chart", "cluster", "comment", "commit", "company", "contact", "container",
    "contract", "coupon", "customer", "dashboard", "database", "deal", "deployment", "device",
    "document", "domain", "draft", "email", "employee", "event", "expense", "feature", "file",
    "folder", "form", "function", "graph", "group", "image", "incident", "index", "invoice",
    "issue", "job", "key", "label", "lead", "lesson", "license", "link", "location", "log",
    "meeting", "message", "metric", "model", "note", "order", "page", "payment", "pipeline",
    "playlist", "policy", "post", "product", "profile", "project", "query", "queue", "record",
    "refund", "release", "reminder", "report", "repository", "review", "route", "rule", "schedule",
    "secret", "segment", "session", "sheet", "shipment", "snapshot", "survey", "table", "task",
    "team", "template", "ticket", "token", "trace", "user", "vector", "video", "volume", "webhook",
  ]

  private static let names = [
    "Acorn", "Birch", "Cedar", "Dune", "Ember", "Fjord", "Grove", "Harbor", "Island", "Juniper",
    "Kelp", "Lagoon", "Meadow", "North", "Orchard", "Prairie", "Quarry", "River", "Summit",
    "Tundra",
  ]
}
