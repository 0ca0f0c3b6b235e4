extension Writer {
  /// Stages a record; its payloads, if it has any, are not sealed.
  @discardableResult
  func append(_ record: LedgerRecord) throws(LedgerError) -> UInt64 {
    var encoded = RecordWriter(capacity: 2_048)
    record.encode(into: &encoded)
    return try encoded.withParts { record, payloads throws(LedgerError) in
      try append(record, payloads: payloads)
    }
  }
}
