extension ConfigurationReader {
  /// What is known of a server.
  func card(_ field: Field) -> Configuration.Card? {
    typealias Card = Configuration.Card
    guard var section = field.section() else { return nil }
    var card = Card()
    card.owner = section.take("owner")?.cardText()
    card.purpose = section.take("purpose")?.cardText(bytes: Card.proseBytesMax)
    card.risk = section.take("risk")?.choice(of: Card.Risk.self)
    card.environments = section.take("environments")?.cardTexts()
    card.dataClasses = section.take("dataClasses")?.cardTexts()
    card.origin = section.take("origin")?.choice(of: Card.Origin.self)
    card.reviewBy = section.take("reviewBy")?.cardDate()
    card.conformance = section.take("conformance")?.choice(of: Card.Verdict.self)
    card.conformanceDate = section.take("conformanceDate")?.cardDate()
    card.conformanceNote = section.take("conformanceNote")?.cardText(bytes: Card.proseBytesMax)
    section.finish()
    return card
  }
}

extension Field {
  fileprivate func cardText(bytes: Int = Configuration.Card.textBytesMax) -> String? {
    guard let text = text() else { return nil }
    guard text.utf8.count <= bytes else {
      fail("has \(text.utf8.count) bytes", expected: "at most \(bytes)")
      return nil
    }
    return text
  }

  /// Nil for an empty value: it says nothing, and an empty list says that there is none.
  fileprivate func cardTexts() -> [String]? {
    if node.isNull { return nil }
    let items = items()
    guard items.count <= Configuration.Card.textsMax else {
      fail("has \(items.count) texts", expected: "at most \(Configuration.Card.textsMax)")
      return nil
    }
    return items.compactMap { $0.cardText() }
  }

  fileprivate func cardDate() -> String? {
    let expected = "a date such as 2027-01-31"
    guard let text = text(expected: expected) else { return nil }
    guard CardDate.isDate(text) else {
      fail("\(quoted(text)) is no date", expected: expected)
      return nil
    }
    return text
  }
}
