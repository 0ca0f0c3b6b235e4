public import JSON

extension Explanation {
  /// Writes `score`, `words`, `missing` and `additions` as an object.
  public func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("score")
    writer.double(Double(score))
    writer.name("words")
    writer.beginArray()
    for word in words { word.write(to: &writer) }
    writer.endArray()
    writer.name("missing")
    writer.beginArray()
    for word in missing { writer.string(word) }
    writer.endArray()
    writer.name("additions")
    writer.beginArray()
    for addition in additions {
      writer.beginObject()
      writer.name("for")
      writer.string(addition.title)
      writer.name("score")
      writer.double(Double(addition.score))
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }

  /// Reads what `write` wrote about a tool; what it does not know it leaves out.
  public init(id: String, _ node: JSONNode) {
    self.init(
      id: id, score: node[member: "score"].number,
      words: node[member: "words"]?.elements.compactMap(WordMatch.init) ?? [],
      missing: node[member: "missing"]?.elements.compactMap(\.string) ?? [],
      additions: node[member: "additions"]?.elements.map {
        .init(title: $0[member: "for"]?.string ?? "", score: $0[member: "score"].number)
      } ?? [])
  }
}

extension WordMatch {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("word")
    writer.string(word)
    writer.name("matched")
    writer.string(matched)
    writer.name("reason")
    writer.string(reason.rawValue)
    writer.name("worth")
    writer.double(Double(worth))
    writer.name("score")
    writer.double(Double(score))
    writer.name("fields")
    writer.beginArray()
    for field in fields {
      writer.beginObject()
      writer.name("field")
      writer.string(field.field.title)
      writer.name("count")
      writer.int(field.count)
      writer.name("weight")
      writer.double(Double(field.weight))
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }

  fileprivate init?(_ node: JSONNode) {
    guard let word = node[member: "word"]?.string,
      let reason = node[member: "reason"]?.string.flatMap(Reason.init(rawValue:))
    else { return nil }
    self.init(
      word: word, matched: node[member: "matched"]?.string ?? word, reason: reason,
      worth: node[member: "worth"].number,
      fields: node[member: "fields"]?.elements.compactMap { found in
        Field.allCases.first { found[member: "field"]?.string == $0.title }.map {
          .init(
            field: $0, count: found[member: "count"]?.int64.map { Int(clamping: $0) } ?? 1,
            weight: found[member: "weight"].number)
        }
      } ?? [], score: node[member: "score"].number)
  }
}

extension JSONNode? {
  fileprivate var number: Float { self?.double.map { Float($0) } ?? 0 }
}
