let calls = 0;
const increase = (x) => x + ++calls;
export default increase;
