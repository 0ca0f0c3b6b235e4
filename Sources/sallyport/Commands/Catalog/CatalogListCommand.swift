import Configuration
import JSON

/// `sallyport catalog list`
struct CatalogListCommand {
  let filter: CatalogFilter
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let list: JSONNode
    do {
      list = try AdminClient(directories).request("GET", "/v1/upstreams").root
    } catch {
      return session.report(error)
    }
    let rows = CatalogRow.all(of: list, today: CardDate.today()).filter(filter.fits)
    if common.json {
      var writer = JSONWriter(reservingCapacity: 1024)
      writer.beginArray()
      for row in rows { row.write(to: &writer) }
      writer.endArray()
      Output.write(String(decoding: writer.bytes, as: UTF8.self) + "\n")
    } else if rows.isEmpty {
      Output.write(filter == CatalogFilter() ? "there is no server\n" : "no server fits\n")
    } else {
      show(rows)
    }
    return .success
  }

  private func show(_ rows: [CatalogRow]) {
    var table = TextTable([
      .init(title: "NAME"), .init(title: "IN"), .init(title: "OWNER"), .init(title: "RISK"),
      .init(title: "ORIGIN"), .init(title: "ENVIRONMENTS"), .init(title: "DATA"),
      .init(title: "REVIEW BY"), .init(title: "CONFORMANCE"),
    ])
    for row in rows {
      let isUnknown = row.card == nil
      table.add([
        .init(row.name), .init(row.place),
        isUnknown ? .init("no card", .dim) : .init(row.text("owner")),
        .init(row.text("risk")), .init(row.text("origin")), .init(row.text("environments")),
        .init(row.text("dataClasses")),
        .init(row.review, row.isOverdue == true ? .red : nil), .init(row.conformance),
      ])
    }
    Output.write(table.render(on: session.output))
  }
}

/// One server of the catalog, with what is known of it.
struct CatalogRow {
  let name: String
  /// Where the server stands: `file` or `store`.
  let place: String
  let card: JSONNode?
  /// Where the card stands, as `place`.
  let cardPlace: String?
  /// Whether its review is overdue; nil when no day is said.
  let isOverdue: Bool?

  /// The servers of the admin API's list, each once.
  static func all(of upstreams: JSONNode, today: String) -> [CatalogRow] {
    var names: Set<String> = []
    return upstreams.elements.compactMap { upstream in
      guard let name = upstream[member: "name"]?.string, names.insert(name).inserted else {
        return nil
      }
      let card = upstream[member: "card"]
      return CatalogRow(
        name: name, place: upstream[member: "origin"]?.string ?? "", card: card,
        cardPlace: upstream[member: "cardOrigin"]?.string,
        isOverdue: card?[member: "reviewBy"]?.string.flatMap {
          CardDate.isDate($0) ? CardDate.isOverdue($0, today: today) : nil
        })
    }
  }

  func text(_ member: String) -> String { card.map { Card.text(member, of: $0) } ?? "" }

  /// The day of its review, for people.
  var review: String { text("reviewBy") + (isOverdue == true ? " overdue" : "") }

  /// The verdict and its day, for people.
  var conformance: String {
    [text("conformance"), text("conformanceDate")].filter { !$0.isEmpty }.joined(separator: " ")
  }

  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("name", name)
    writer.member("origin", place)
    writer.name("card")
    if let card { writer.raw(card.raw) } else { writer.null() }
    writer.member("cardOrigin", cardPlace)
    if let isOverdue { writer.member("reviewOverdue", isOverdue) }
    writer.endObject()
  }
}

extension CatalogFilter {
  func fits(_ row: CatalogRow) -> Bool {
    if let owner, row.text("owner") != owner { return false }
    if let risk, row.text("risk") != risk { return false }
    return !isOverdue || row.isOverdue == true
  }
}
