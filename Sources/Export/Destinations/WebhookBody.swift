/// A batch as the body of a request.
struct WebhookBody {
  var contentType: String
  var bytes: [UInt8]

  /// - Parameter isBatched: false sends CloudEvents without the brackets of a batch; the batch has
  ///   one item then.
  init(_ batch: ExportBatch, as format: ExportFormat, isBatched: Bool) {
    bytes = []
    bytes.reserveCapacity(batch.byteCount + batch.items.count + 2)
    switch format {
    case .cloudevents where isBatched:
      contentType = "application/cloudevents-batch+json; charset=UTF-8"
      bytes.append(UInt8(ascii: "["))
      for (index, item) in batch.items.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        bytes += item.bytes
      }
      bytes.append(UInt8(ascii: "]"))
    case .cloudevents:
      contentType = "application/cloudevents+json; charset=UTF-8"
      bytes += batch.items.first?.bytes ?? []
    case .jsonl, .ocsf:
      contentType = "application/x-ndjson"
      for item in batch.items { bytes += item.bytes + format.lineEnd }
    case .csv:
      contentType = "text/csv; charset=utf-8; header=absent"
      for item in batch.items { bytes += item.bytes + format.lineEnd }
    }
  }
}
