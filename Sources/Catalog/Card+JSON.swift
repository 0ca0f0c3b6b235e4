public import Configuration
import JSON

extension Configuration.Card {
  /// As the store and the admin API have a card.
  public var json: [UInt8] {
    var writer = JSONWriter(reservingCapacity: 256)
    writer.beginObject()
    writer.member("owner", owner)
    writer.member("purpose", purpose)
    writer.member("risk", risk?.rawValue)
    if let environments { writer.array("environments", environments) }
    if let dataClasses { writer.array("dataClasses", dataClasses) }
    writer.member("origin", origin?.rawValue)
    writer.member("reviewBy", reviewBy)
    writer.member("conformance", conformance?.rawValue)
    writer.member("conformanceDate", conformanceDate)
    writer.member("conformanceNote", conformanceNote)
    writer.endObject()
    return writer.bytes
  }
}
