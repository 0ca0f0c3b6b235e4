/// The requests that a face is answering, in no order; each knows its place.
struct HTTPAnswerList {
  private(set) var all: [HTTPAnswer] = []

  var count: Int { all.count }

  mutating func insert(_ answer: HTTPAnswer) {
    answer.place = all.count
    all.append(answer)
  }

  mutating func remove(_ answer: HTTPAnswer) {
    let last = all.removeLast()
    guard last !== answer else { return }
    all[answer.place] = last
    last.place = answer.place
  }
}
