import Catalog
import Configuration
import Gate
import Inspection
import JSON
import Logging

/// Reviews as the answers have them.
extension AdminService {
  func outcome(of changes: [PinChange], _ review: UpstreamReview) -> [UInt8] {
    let after = catalog.review(of: review.configuration.name) ?? review
    var writer = JSONWriter(reservingCapacity: 256)
    writer.beginObject()
    writer.array("items", changes) { $0.string($1.key.word) }
    writer.member("approved", after.isApproved)
    writer.member("waiting", after.waiting)
    writer.endObject()
    return writer.bytes
  }

  func json(of review: UpstreamReview) -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 16_384)
    let name = review.configuration.name
    writer.beginObject()
    if let report = catalog.upstreams.first(where: { $0.configuration.name == name }) {
      writeMembers(
        of: report, isApproved: review.isApproved, waiting: review.waiting, to: &writer)
    }
    var budget = WordBudget()
    writer.array("items", review.items) { write($1, of: review, &budget, to: &$0) }
    writer.array("absent", review.absent) { $0.string($1.0.word) }
    if !review.configuration.isQuarantined, let server = gate.snapshot.catalog.server(name) {
      write(listed: server, to: &writer)
    }
    writer.endObject()
    return writer.bytes
  }

  private func write(listed server: CatalogServer, to writer: inout JSONWriter) {
    func add(_ item: some CatalogItem, _ list: CatalogList, effect: Configuration.Effect? = nil) {
      writer.beginObject()
      writer.member("list", list.rawValue)
      writer.member("name", item.ownID)
      writer.member("effect", effect?.rawValue)
      writer.name("definition")
      writer.raw(item.ownDefinition)
      writer.endObject()
    }
    writer.name("listed")
    writer.beginArray()
    for tool in server.tools.items { add(tool, .tools, effect: tool.effect) }
    for prompt in server.prompts.items { add(prompt, .prompts) }
    for resource in server.resources.items { add(resource, .resources) }
    for template in server.templates.items { add(template, .templates) }
    writer.endArray()
  }

  private func write(
    _ item: UpstreamReview.Item, of review: UpstreamReview, _ budget: inout WordBudget,
    to writer: inout JSONWriter
  ) {
    let reading = item.read()
    writer.beginObject()
    writer.member("item", item.key.word)
    writer.member("kind", item.key.kind.rawValue)
    writer.member("name", item.key.name)
    writer.member("state", item.state.rawValue)
    writer.member("digest", item.digest)
    if item.key.kind == .tool {
      let configured = review.configuration.declaredEffect(ofTool: item.key.name)?.rawValue
      writer.object("effect") {
        $0.member("configured", configured)
        $0.member("approved", item.pins.approved?.effect)
        $0.member("revoked", item.pins.revoked?.effect)
        $0.member(
          "proposed",
          configured ?? reading.effect ?? Configuration.Effect.destructive.rawValue)
        $0.member("draft", reading.draft?.effect)
        $0.member("draftBefore", reading.draftBefore?.effect)
        $0.member("draftRises", reading.draftRises)
        $0.member("reason", reading.draft?.reason)
      }
    }
    writer.array("signals", reading.signals) { writer, signal in
      writer.beginObject()
      writer.member("rule", signal.rule)
      writer.member("severity", signal.severity.rawValue)
      writer.member("place", signal.place)
      writer.member("excerpt", signal.excerpt)
      writer.member("reason", signal.reason)
      writer.endObject()
    }
    if let difference = reading.difference(&budget) { write(difference, to: &writer) }
    if item.state == .rejected {
      write("rejected", item.pins.rejected, to: &writer)
    } else {
      write("approved", item.pins.approved, to: &writer)
      write("revoked", item.pins.revoked, to: &writer)
    }
    writer.name("definition")
    writer.raw(item.definition)
    writer.endObject()
  }

  private func write(_ name: String, _ pin: Pin?, to writer: inout JSONWriter) {
    guard let pin else { return }
    writer.object(name) {
      $0.member("digest", pin.digest)
      $0.member("by", pin.actor)
      $0.member("reason", pin.reason)
      $0.member("time", UTCTimestamp(milliseconds: pin.time / 1_000).description)
    }
  }

  private func write(_ difference: DefinitionDifference, to writer: inout JSONWriter) {
    writer.array("changes", difference.changes) { writer, change in
      writer.beginObject()
      writer.member("kind", change.kind.rawValue)
      writer.member("widens", change.widens)
      writer.member("place", change.place)
      writer.member("before", change.before)
      writer.member("after", change.after)
      if !change.words.isEmpty {
        writer.array("words", change.words) { writer, part in
          writer.beginObject()
          writer.member("kind", part.kind.rawValue)
          writer.member("text", part.text)
          writer.endObject()
        }
      }
      writer.member("meaning", change.meaning)
      writer.endObject()
    }
  }
}
