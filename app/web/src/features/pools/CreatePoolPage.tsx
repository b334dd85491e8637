import { useTitle } from "@/app/PageStates";

export function CreatePoolPage() {
  useTitle("Create a pool");
  return null;
}
