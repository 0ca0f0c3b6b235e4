internal import JSON

extension EvidenceReport {
  /// The report as JSON in canonical form (RFC 8785): the same report has the same bytes.
  /// - Throws: when a text has no canonical form; records' texts have.
  public func json() throws -> [UInt8] {
    var writer = JSONWriter(reservingCapacity: 64 << 10)
    write(to: &writer)
    return try JSONCanonical.encode(try JSONDocument(parsing: writer.bytes).root)
  }

  private func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("form", Self.form)
    writer.object("subject") { subject.write(to: &$0) }
    writer.object("kinds") { for (kind, count) in kinds { $0.member(kind, count) } }
    writer.list("versions", versions) { $0.write(to: &$1) }
    writer.list("controls", findings) { $0.write(to: &$1) }
    writer.member("checkpoint", checkpoint)
    writer.member("signature", signature)
    writer.endObject()
  }
}

extension EvidenceReport.Subject {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.member("ledger", ledger)
    writer.member("since", since)
    writer.member("until", until)
    writer.member("made", made)
    writer.member("program", program)
    writer.member("first", first)
    writer.member("last", last)
    writer.member("records", records)
    writer.member("examined", examined)
  }
}

extension VersionInForce {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.member("of", of)
    writer.member("version", version)
    writer.member("seq", sequence)
  }
}

extension ControlFinding {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.member("number", control.number)
    writer.member("title", control.title)
    writer.member("statement", control.statement)
    writer.member("result", result.rawValue)
    writer.list("mappings", control.mappings) { mapping, writer in
      writer.member("framework", mapping.framework.rawValue)
      writer.name("references")
      writer.beginArray()
      for reference in mapping.references { writer.string(reference) }
      writer.endArray()
    }
    writer.list("tests", tests) { $0.write(to: &$1) }
  }
}

extension TestFinding {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.member("statement", statement)
    writer.member("result", result.rawValue)
    writer.member("reason", reason)
    writer.object("population") {
      $0.member("count", count)
      $0.member("of", population)
    }
    writer.list("sample", sample) { record, writer in
      writer.member("seq", record.sequence)
      writer.member("leaf_hash", record.leafHash)
      if record.isException {
        writer.name("exception")
        writer.bool(true)
      }
      guard let proof = record.proof else { return }
      writer.name("proof")
      writer.beginArray()
      for hash in proof { writer.string(hash) }
      writer.endArray()
    }
    writer.member("exception_count", exceptionCount)
    writer.list("exceptions", exceptions) { exception, writer in
      writer.member("seq", exception.sequence)
      writer.member("reason", exception.reason)
    }
  }
}

extension JSONWriter {
  fileprivate mutating func list<Element>(
    _ name: String, _ elements: [Element], _ body: (Element, inout JSONWriter) -> Void
  ) {
    self.name(name)
    beginArray()
    for element in elements {
      beginObject()
      body(element, &self)
      endObject()
    }
    endArray()
  }
}
