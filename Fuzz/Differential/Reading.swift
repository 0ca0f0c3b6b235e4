import Cedar
import JSON

/// Reads what the reference has written: for each line `{"policies": …}` or
/// `{"entities": …, "schema": …}`, whose members are texts in Cedar's formats, the answer is what
/// was read as the engine writes it, or what is wrong.
enum Reading {
  static func answerLines(_ write: ([UInt8]) -> Void) {
    while let line = readLine() {
      var json = JSONWriter()
      json.beginObject()
      switch answer(line) {
      case .success(let text):
        json.name("read")
        json.string(text)
      case .failure(let refusal):
        json.name("refused")
        json.string(refusal.reason)
      }
      json.endObject()
      write(json.bytes + [UInt8(ascii: "\n")])
    }
  }

  private struct Refusal: Error { let reason: String }

  private static func answer(_ line: String) -> Result<String, Refusal> {
    do {
      let asked = try JSONDocument(parsing: Array(line.utf8)).root
      if let policies = asked[member: "policies"]?.string {
        return .success(try PolicySet.parse(json: policies, file: "reference").text)
      }
      guard let entities = asked[member: "entities"]?.string else {
        return .failure(Refusal(reason: "neither policies nor entities"))
      }
      let schema = try asked[member: "schema"]?.string.map {
        try Schema.parse($0, file: "schema")
      }
      return .success(try Entities.parse(json: entities, schema: schema).json)
    } catch {
      return .failure(Refusal(reason: "\(error)"))
    }
  }
}
