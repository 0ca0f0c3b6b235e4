import Gate
import HTTP
import JSON

/// What was used of quotas. The same as `sallyport quotas`.
extension AdminService {
  func quotas(_ exchange: HTTPExchange) {
    let uses = gate.quotaUses
    var writer = JSONWriter(reservingCapacity: 256 * uses.count + 2)
    writer.beginArray()
    for use in uses {
      writer.beginObject()
      for (name, text) in [("quota", use.quota), ("per", use.per), ("name", use.subject)] {
        writer.name(name)
        writer.string(text)
      }
      writer.name("underWay")
      writer.int(Int64(use.underWay))
      if let concurrency = use.concurrency {
        writer.name("concurrency")
        writer.int(Int64(concurrency))
      }
      write("calls", use.calls, to: &writer)
      write("bytes", use.bytes, to: &writer)
      write("cost", use.cost, to: &writer)
      writer.endObject()
    }
    writer.endArray()
    answer(exchange, 200, writer.bytes)
  }

  /// How many there are, and of how many somebody has nothing left.
  func writeQuotas(to writer: inout JSONWriter) {
    writer.name("quotas")
    writer.beginObject()
    writer.name("inForce")
    writer.int(Int64(gate.quotaCount))
    writer.name("usedUp")
    writer.int(Int64(gate.quotaUses.count(where: \.isUsedUp)))
    writer.name("unkept")
    writer.int(Int64(gate.unkeptQuotaCount))
    if let problem = gate.quotaProblem {
      writer.name("problem")
      writer.string(problem)
    }
    writer.endObject()
  }

  private func write(_ name: String, _ left: QuotaUse.Left?, to writer: inout JSONWriter) {
    guard let left else { return }
    writer.name(name)
    writer.beginObject()
    for (name, number) in [("left", left.left), ("limit", left.limit), ("seconds", left.seconds)] {
      writer.name(name)
      writer.int(Int64(clamping: number))
    }
    writer.endObject()
  }
}
