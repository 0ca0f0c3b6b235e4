import Configuration
import JSON

/// `sallyport catalog card`
struct CatalogCardCommand {
  let name: String
  let members: [String: CardValue]
  let isCleared: Bool
  let common: Invocation.Common
  let session: Session

  func run() -> ExitCode {
    guard !members.isEmpty || isCleared else {
      return CardText(session: session).show(name, common)
    }
    guard let directories = session.directories(common) else { return .configuration }
    guard let path = UpstreamPath.of(name) else { return session.reportUnknownServer(name) }
    let client = AdminClient(directories)
    do {
      let list = try client.request("GET", "/v1/upstreams").root
      guard let upstream = list.elements.first(where: { $0[member: "name"]?.equals(name) == true })
      else { return session.reportUnknownServer(name) }
      let body = isCleared ? Array("null".utf8) : Card.changed(upstream[member: "card"], members)
      let answer = try client.request("PUT", "\(path)/card", body: body).root
      for warning in answer[member: "warnings"]?.elements.compactMap(\.string) ?? [] {
        session.report("warning: \(warning)")
      }
    } catch {
      return session.report(error)
    }
    let done = isCleared ? "took the card of \(name) away" : "described \(name)"
    Output.write("\(session.output.styled("✓", .green)) \(done)\n")
    return .success
  }
}

/// What is known of a server.
enum Card {
  /// The members for people, in order.
  static let titles = [
    ("owner", "owner"), ("purpose", "purpose"), ("risk", "risk"),
    ("environments", "environments"), ("dataClasses", "data classes"), ("origin", "origin"),
    ("reviewBy", "review by"), ("conformance", "conformance"), ("conformanceDate", "tested"),
    ("conformanceNote", "note"),
  ]

  /// A card with other members; what is not named stays, and what is empty goes.
  static func changed(_ card: JSONNode?, _ changes: [String: CardValue]) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 256)
    writer.beginObject()
    if let card, card.kind == .object {
      for (name, value) in card.members where changes[name] == nil {
        writer.name(name)
        writer.raw(value.raw)
      }
    }
    for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
      switch value {
      case .text(let text) where !text.isEmpty: writer.member(name, text)
      case .list(let texts) where !texts.isEmpty:
        writer.name(name)
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
      default: break
      }
    }
    writer.endObject()
    return writer.bytes
  }

  /// The date after which it should have been looked at again; nil when that is not past.
  static func overdue(_ card: JSONNode?, today: String = CardDate.today()) -> String? {
    guard let date = card?[member: "reviewBy"]?.string,
      CardDate.isOverdue(date, today: today)
    else { return nil }
    return date
  }

  /// A member for people; empty when it is not said.
  static func text(_ member: String, of card: JSONNode) -> String {
    guard let value = card[member: member] else { return "" }
    if value.kind == .array { return value.elements.compactMap(\.string).joined(separator: ", ") }
    let text = value.string ?? value.description
    guard member == "conformance" else { return text }
    let verdict = Configuration.Card.Verdict(kept: text).rawValue
    return verdict == text ? text : "\(verdict) (\(text))"
  }
}

/// A card, for people.
struct CardText {
  let session: Session

  /// Shows the card of a server that is here.
  func show(_ name: String, _ common: Invocation.Common) -> ExitCode {
    guard let directories = session.directories(common) else { return .configuration }
    let list: JSONNode
    do {
      list = try AdminClient(directories).request("GET", "/v1/upstreams").root
    } catch {
      return session.report(error)
    }
    guard let upstream = list.elements.first(where: { $0[member: "name"]?.equals(name) == true })
    else { return session.reportUnknownServer(name) }
    let card = upstream[member: "card"]
    if common.json {
      Output.write((card?.description ?? "null") + "\n")
      return .success
    }
    guard let card else {
      Output.write("nothing is known of \(name); `sallyport catalog card \(name)` says it\n")
      return .success
    }
    for (member, title) in Card.titles {
      let text = Card.text(member, of: card)
      if text.isEmpty { continue }
      let padded = title + String(repeating: " ", count: max(1, 14 - title.count))
      let isLate = member == "reviewBy" && Card.overdue(card) != nil
      Output.write(
        session.output.styled(padded, .bold) + printable(text)
          + (isLate ? session.output.styled("  overdue", .red) : "") + "\n")
    }
    if upstream[member: "cardOrigin"]?.equals("file") == true {
      Output.write("It stands in the configuration file, and is changed there.\n")
    }
    return .success
  }
}
