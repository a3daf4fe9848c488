export default function Lux({ children }) {
  return <strong>{children} lux</strong>;
}
