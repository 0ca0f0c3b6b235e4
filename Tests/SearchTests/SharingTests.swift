import Testing

@testable import Search

@Suite("What copies of an index share")
struct SharingTests {
  @Test func `a copy of an array keeps what it had`() {
    var array = ChunkedArray<Int>()
    for number in 0..<1000 { array.append(number) }
    let copy = array
    array[500] = -1
    array.append(1000)
    #expect(copy.count == 1000 && array.count == 1001)
    #expect(copy.indices.map { copy[$0] } == Array(0..<1000))
    #expect(array.indices.map { array[$0] } == (0...1000).map { $0 == 500 ? -1 : $0 })
  }

  @Test func `a copy of a dictionary keeps what it had, and both count their keys`() {
    var dictionary = ShardedDictionary<Int>()
    for number in 0..<1000 { dictionary["key \(number)"] = number }
    let copy = dictionary
    dictionary["key 7"] = nil
    dictionary["key 8"] = -8
    dictionary["no key"] = nil
    #expect(copy.count == 1000 && dictionary.count == 999)
    #expect(copy["key 7"] == 7 && dictionary["key 7"] == nil)
    #expect(copy["key 8"] == 8 && dictionary["key 8"] == -8)
  }

  @Test func `each edition of an index answers as it did when it was made`() {
    var index = ToolIndex((0..<300).map { tool("t\($0)", "Counts sheep number \($0).") })
    let before = index
    index.update(tool("t7", "Counts goats."))
    index.remove(id: "t8")
    #expect(before.ids("goats").isEmpty && before["t8"] != nil)
    #expect(index.ids("goats") == ["t7"] && index["t8"] == nil)
    #expect(before.search("sheep", limit: 1000).count == 300)
    #expect(index.search("sheep", limit: 1000).count == 298)
  }
}
